export type Bar = {
  readonly label: string;
  /** Stacked from left to right. */
  readonly parts: readonly { readonly name: string; readonly value: number }[];
};

/** Told apart by everybody, also without colours by their order (Okabe and Ito). */
const colours = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#999999', '#f0e442'];
const [width, left, right, barHeight, gap, head] = [860, 300, 90, 20, 8, 64];

/** Horizontal bars as SVG: a title, a legend where bars have parts, and each bar's sum. */
export function barChart(title: string, unit: string, bars: readonly Bar[]): string {
  const sums = bars.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0));
  const longest = Math.max(...sums, 1);
  const names = [...new Set(bars.flatMap(({ parts }) => parts.map(({ name }) => name)))];
  const colourOf = (name: string) => colours[names.indexOf(name) % colours.length];
  const scale = (value: number) => (value / longest) * (width - left - right);
  const height = head + bars.length * (barHeight + gap) + gap;

  const drawn = bars.map(({ label, parts }, index) => {
    const y = head + index * (barHeight + gap);
    let x = left;
    const boxes = parts.map(({ name, value }) => {
      const box = `<rect x="${x.toFixed(1)}" y="${y}" width="${scale(value).toFixed(1)}" height="${barHeight}" fill="${colourOf(name)}"><title>${escapeXml(name)} ${value}</title></rect>`;
      x += scale(value);
      return box;
    });
    const middle = y + barHeight / 2 + 4;
    return [
      `<text x="${left - 8}" y="${middle}" text-anchor="end">${escapeXml(label)}</text>`,
      ...boxes,
      `<text x="${(x + 6).toFixed(1)}" y="${middle}">${Math.round((sums[index] ?? 0) * 10) / 10} ${escapeXml(unit)}</text>`,
    ].join('');
  });
  const legend =
    names.length < 2
      ? []
      : names.map((name, index) => {
          const x = 12 + index * 105;
          return `<rect x="${x}" y="38" width="12" height="12" fill="${colourOf(name)}"/><text x="${x + 16}" y="48">${escapeXml(name)}</text>`;
        });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="12" y="22" font-size="15" font-weight="600">${escapeXml(title)}</text>`,
    ...legend,
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
