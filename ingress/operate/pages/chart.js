// Runs in an operator's browser as it is: ES2017. Draws the numbers of the table beside it, which says the same without it.
(() => {
  const place = document.getElementById('plot');
  const colors = ['--line-1', '--line-2', '--line-3', '--line-4', '--line-5'];
  const height = 220;
  let chart;
  let drawn = '';

  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function read() {
    const { at, lines } = JSON.parse(document.querySelector('[data-series]').dataset.series);
    return {
      data: [at.map((time) => Date.parse(time) / 1000), ...lines.map(({ n }) => n)],
      labels: lines.map(({ label }) => label),
    };
  }

  function draw({ data, labels }) {
    if (chart) chart.destroy();
    const axis = {
      stroke: color('--soft'),
      grid: { stroke: color('--line') },
      ticks: { stroke: color('--line') },
    };
    const line = (label, at) => ({
      label,
      stroke: color(colors[at % colors.length]),
      width: 2,
      points: { show: false },
    });
    const [times] = data;
    const isLong = times[times.length - 1] - times[0] > 2 * 86400;
    const short = isLong ? { month: 'numeric', day: 'numeric' } : { hour: '2-digit', minute: '2-digit' };
    const format = (options) => {
      const written = new Intl.DateTimeFormat(
        document.documentElement.lang,
        Object.assign({ hour12: false }, options),
      );
      return (time) => written.format(new Date(time * 1000));
    };
    const [atAxis, inLegend] = [format(short), format({ dateStyle: 'short', timeStyle: 'short' })];
    const time = { label: place.dataset.time, value: (_, at) => (at === null ? '–' : inLegend(at)) };
    const timeAxis = Object.assign({ values: (_, splits) => splits.map(atAxis) }, axis);
    const series = [time, ...labels.map(line)];
    const scales = { y: { range: (_, _low, high) => [0, Math.max(high, 1)] } };
    const size = { width: place.clientWidth, height };
    chart = new uPlot(
      Object.assign({ series, scales, axes: [timeAxis, Object.assign({ size: 60 }, axis)] }, size),
      data,
      place,
    );
  }

  function show() {
    const news = read();
    const names = news.labels.join('\n');
    if (chart && names === drawn) chart.setData(news.data);
    else draw(news);
    drawn = names;
  }

  document.addEventListener('taken', show);
  addEventListener('resize', () => chart.setSize({ width: place.clientWidth, height }));
  matchMedia('(prefers-color-scheme: dark)').addListener(() => draw(read()));
  show();
})();
