import type { Profiler } from 'node:inspector';

type Frame = { readonly name: string; time: number; readonly below: Map<string, Frame> };

const [width, rowHeight, smallest] = [1_200, 17, 0.002];
const palette = ['#e8743b', '#eda24a', '#f2c14e', '#d95d39', '#e9a178'];

/** A V8 CPU profile as a flame graph in SVG: callers at the top, width is time, the idle time is left out. */
export function flameGraph(title: string, profile: Profiler.Profile): string {
  const root = foldProfile(profile);
  const drawn: string[] = [];
  let deepest = 0;

  function draw(frame: Frame, x: number, depth: number): void {
    const share = frame.time / root.time;
    if (share < smallest) return;
    deepest = Math.max(deepest, depth);
    const [w, y] = [share * width, 30 + depth * rowHeight];
    const label = `${frame.name} ${(share * 100).toFixed(1)} %`;
    const fitting = frame.name.slice(0, Math.floor(w / 6.5));
    drawn.push(
      `<g><title>${escapeXml(label)}</title><rect x="${x.toFixed(1)}" y="${y}" width="${w.toFixed(1)}" height="${rowHeight - 1}" fill="${palette[frame.name.length % palette.length]}"/>${fitting.length > 2 ? `<text x="${(x + 2).toFixed(1)}" y="${y + 12}">${escapeXml(fitting)}</text>` : ''}</g>`,
    );
    let at = x;
    for (const below of [...frame.below.values()].sort((a, b) => b.time - a.time)) {
      draw(below, at, depth + 1);
      at += (below.time / root.time) * width;
    }
  }
  draw(root, 0, 0);
  const height = 40 + (deepest + 1) * rowHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, monospace" font-size="10.5">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/><text x="4" y="18" font-size="14">${escapeXml(title)}</text>`,
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

/** One tree of all samples, frames of one name under one caller together. */
function foldProfile({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Frame {
  const root: Frame = { name: 'all', time: 0, below: new Map() };
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map<number, number>();
  for (const { id, children = [] } of nodes) for (const child of children) parents.set(child, id);
  const paths = new Map<number, Frame[]>();

  function pathTo(id: number): Frame[] {
    const known = paths.get(id);
    if (known) return known;
    const parent = parents.get(id);
    const above = parent === undefined ? [root] : pathTo(parent);
    const name = byId.get(id)?.callFrame.functionName || '(anonymous)';
    const caller = above.at(-1) ?? root;
    const frame = caller.below.get(name) ?? { name, time: 0, below: new Map() };
    caller.below.set(name, frame);
    const path = parent === undefined ? above : [...above, frame];
    paths.set(id, path);
    return path;
  }

  samples.forEach((id, index) => {
    if (byId.get(id)?.callFrame.functionName === '(idle)') return;
    for (const frame of pathTo(id)) frame.time += timeDeltas[index + 1] ?? 0;
  });
  return root;
}

const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
