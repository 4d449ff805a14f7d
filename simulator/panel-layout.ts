import type { ServerResponse } from 'node:http';
import { showPage } from './answer-browser.ts';
import { type Html, html } from './html.ts';
import { parseUrl } from './parse-url.ts';

const style = `
:root { color-scheme: light dark; --green: #07813f; --ink: light-dark(#16211b, #e4ebe7); --soft: light-dark(#55635b, #9dada4);
  --ground: light-dark(#f2f5f3, #0f1311); --card: light-dark(#fff, #181e1b); --line: light-dark(#dfe6e2, #2a332e);
  --edge: light-dark(#7d8a83, #74827a); --red: light-dark(#b3261e, #ff9a8f) }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); overflow-wrap: anywhere;
  font: 16px/1.5 -apple-system, "Segoe UI", "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif }
main { max-width: 78rem; margin: auto; padding: 1.5rem 1rem; display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr) }
h1 { margin: 0 0 .3rem; font-size: 1.5rem } h2 { margin: 0; font-size: 1.1rem } h3 { margin: 0; font-size: 1rem } p { margin: 0 }
p, small, footer, dt { color: var(--soft) } p { max-width: 46rem; font-size: .95rem } small { font-size: .85rem; font-weight: 400 }
code, pre { font: .9rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace } footer { font-size: .85rem; text-align: center }
section { padding: 1.1rem; border: 1px solid var(--line); border-radius: .8rem; background: var(--card); display: grid; gap: .8rem; grid-template-columns: minmax(0, 1fr);
  align-content: start; min-width: 0 }
button, .button { padding: .5rem .9rem; border: 1px solid var(--edge); border-radius: .5rem; background: none; color: inherit; font: inherit;
  text-align: center; text-decoration: none; cursor: pointer }
.first { border-color: var(--green); background: var(--green); color: #fff; font-weight: 600 }
.row { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center } .row > :first-child { flex: 1 1 12rem }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem } b small, h3 small { display: block }
select, input { font: inherit; padding: .35rem .6rem; border: 1px solid var(--edge); border-radius: .4rem; background: var(--card); color: inherit; max-width: 100% }
pre { margin: 0; padding: .7rem; border-radius: .5rem; background: var(--ground); white-space: pre-wrap }
:focus-visible { outline: 3px solid color-mix(in srgb, var(--green) 70%, var(--ink)); outline-offset: 2px }
.stack { display: grid; gap: 1rem; align-content: start; min-width: 0 }
@media (min-width: 60rem) { main { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr) } .wide { grid-column: 1 / -1 } }`;

/** A page of the simulator's own, for developers; `style` is what it has beside. */
export function panelLayout(options: {
  lang: string;
  title: string;
  footer: string;
  style?: string;
  body: Html;
}): string {
  const { lang, title, footer, body } = options;
  return `<!doctype html>${
    html`<html lang="${lang}"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>${{ html: style + (options.style ?? '') }}</style></head>
<body><main>${body}<footer class="wide">${footer}</footer></main></body></html>`.html
  }`;
}

/** No frame around its buttons, nothing from elsewhere but avatars; and a form says where it comes from. */
export function showPanel(response: ServerResponse, page: string, publicUrl: string): void {
  const avatars = parseUrl(publicUrl)?.origin ?? '';
  showPage(response, page, {
    'Referrer-Policy': 'same-origin',
    'Content-Security-Policy': `default-src 'none'; style-src 'unsafe-inline'; script-src 'self' 'unsafe-inline'; connect-src 'self' data:; img-src 'self' data: ${avatars}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  });
}
