import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import ours from '#package.json' with { type: 'json' };

/** A file of the pages, also as browsers get it that take gzip. */
export type Asset = { readonly type: string; readonly text: string; readonly gzipped: Buffer };
export type Assets = ReturnType<typeof readAssets>;

const css = 'text/css; charset=utf-8';
const script = 'text/javascript; charset=utf-8';

/** The files of the operator's pages, by addresses that name what is in them. Nothing of anybody is in them. */
export function readAssets() {
  const files = new Map<string, () => Asset>();

  function own(file: string, type: string): string {
    const text = readFileSync(path.join(import.meta.dirname, file), 'utf8');
    const { name, ext } = path.parse(file);
    const address = `/operate/assets/${name}.${hash('sha256', text, 'hex').slice(0, 12)}${ext}`;
    files.set(
      address,
      once(() => assetOf(type, text)),
    );
    return address;
  }

  /** uPlot, of which only pages with a chart need anything: read when it is first asked for. */
  function ofUplot(file: string, type: string): string {
    const address = `/operate/assets/uplot.${ours.dependencies.uplot}${path.extname(file)}`;
    const read = () => readFileSync(fileURLToPath(import.meta.resolve(`uplot/dist/${file}`)), 'utf8');
    files.set(
      address,
      once(() => assetOf(type, read())),
    );
    return address;
  }

  return {
    files: files as ReadonlyMap<string, () => Asset>,
    css: own('operate.css', css),
    live: own('live.js', script),
    chart: own('chart.js', script),
    uplot: ofUplot('uPlot.iife.min.js', script),
    uplotCss: ofUplot('uPlot.min.css', css),
  };
}

const assetOf = (type: string, text: string): Asset => ({ type, text, gzipped: gzipSync(text) });

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
