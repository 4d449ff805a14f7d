import { Counter, type Registry } from 'prom-client';

export type CounterFromZero = ReturnType<typeof createCounterFromZero>;

/**
 * A counter whose labels are not known beforehand. A series is 0 the first time it is scraped, and true from then on: Prometheus
 * sees no increase in a series that begins at 1, so that the first of a fault would tell nobody. `add` costs little; the labels'
 * values come in the order of `labelNames`, and none has a bar in it.
 */
export function createCounterFromZero<Label extends string>({
  name,
  help,
  labelNames,
  registry,
}: {
  name: string;
  help: string;
  labelNames: readonly Label[];
  registry: Registry;
}) {
  const counted = new Map<string, number>();
  const shown = new Set<string>();

  new Counter({
    name,
    help: `${help} A new series is 0 at its first scrape.`,
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      for (const [series, n] of counted) {
        const values = series.split('|');
        const labels = Object.fromEntries(labelNames.map((label, index) => [label, values[index] ?? '']));
        this.inc(labels as Record<Label, string>, shown.has(series) ? n : 0);
        shown.add(series);
      }
    },
  });

  return {
    /** With 0 the series is there before its first count. */
    add(values: readonly string[], n: number): void {
      const series = values.join('|');
      counted.set(series, (counted.get(series) ?? 0) + n);
    },
  };
}
