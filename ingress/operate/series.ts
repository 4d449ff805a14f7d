import { failingOf, funnelOf } from '#ingress/operate/funnel.ts';
import type { CountedRow } from '#ingress/operate/windows.ts';

const mostKinds = 5;

/** A window's counts over its time: a number of each list for each point. */
export type Series = {
  /** When each point's time begins, ISO 8601. */
  readonly at: readonly string[];
  readonly sent: readonly number[];
  /** Got in: `ready` and `bind`. */
  readonly in: readonly number[];
  /** Turned away, or asked again. */
  readonly failing: readonly number[];
  /** The most frequent of what went wrong, in the words of models/counts/steps.ts. */
  readonly kinds: readonly { readonly step: string; readonly n: readonly number[] }[];
};

/** Pure. `kinds`: steps in the order in which they are wanted, most frequent first. */
export function seriesOf(
  rows: readonly CountedRow[],
  time: { readonly now: number; readonly lengthMs: number; readonly stepMs: number },
  kinds: readonly { readonly step: string }[],
): Series {
  const { now, lengthMs, stepMs } = time;
  const points = Math.ceil(lengthMs / stepMs);
  const last = Math.floor(now / stepMs);
  const byPoint = Map.groupBy(rows, ({ from }) => Math.floor(from / stepMs));
  const all = Array.from({ length: points }, (_, back) => last - points + 1 + back);
  const each = all.map((point) => byPoint.get(point) ?? []);
  const funnels = each.map(funnelOf);
  return {
    at: all.map((point) => new Date(point * stepMs).toISOString()),
    sent: funnels.map(({ sent }) => sent),
    in: funnels.map(({ ready, bind }) => ready + bind),
    failing: each.map(failingOf),
    kinds: kinds.slice(0, mostKinds).map(({ step }) => ({
      step,
      n: each.map((of) => of.reduce((sum, row) => (row.step === step ? sum + row.n : sum), 0)),
    })),
  };
}
