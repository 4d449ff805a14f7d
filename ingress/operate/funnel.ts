import { type StepCount, sumOf, sumOfKind } from '#ingress/operate/counted.ts';
import { durationOf } from '#models/counts/steps.ts';

/** The way of people in some time, by event: see models/counts/steps.ts. */
export type Funnel = {
  readonly opened: number;
  readonly sent: number;
  readonly back: number;
  readonly queued: number;
  readonly exchanged: number;
  readonly ready: number;
  readonly bind: number;
  readonly snapshot: number;
  readonly failed: number;
  readonly again: number;
  readonly told: number;
  readonly redeemed: number;
  readonly outside: number;
  readonly held: number;
};

export function funnelOf(rows: readonly StepCount[]): Funnel {
  const of = (name: string) => sumOf(rows, name);
  return {
    opened: of('opened'),
    sent: of('sent'),
    back: of('back'),
    queued: of('queued'),
    exchanged: of('exchanged'),
    ready: of('ready'),
    bind: of('bind'),
    snapshot: of('snapshot'),
    failed: sumOfKind(rows, 'failed:'),
    again: sumOfKind(rows, 'again:') - of('again:profile'),
    told: of('told'),
    redeemed: of('redeemed'),
    outside: of('outside'),
    held: of('held'),
  };
}

/** Those who were turned away, and each time that somebody was sent back to WeChat, through no choice of theirs: not a number of people. */
export const failingOf = (rows: readonly StepCount[]): number =>
  rows.reduce((sum, { step, n }) => (isFailure(step) ? sum + n : sum), 0);

/** Those of them who were turned away: a login is once. */
export const failedOf = (rows: readonly StepCount[]): number =>
  sumOfKind(rows, 'failed:') - sumOf(rows, 'failed:refused', 'failed:expired');

/** As MongoDB takes it, too. */
export const failureSteps = /^failed:(?!refused$|expired$)|^again:(?!profile$)/;
const isFailure = (step: string): boolean => failureSteps.test(step);

/** What was counted of failures: WeChat's answers by call and errcode, and reasons, most first. */
export function troublesOf(rows: readonly StepCount[]): { readonly step: string; readonly n: number }[] {
  const sums = new Map<string, number>();
  for (const { step, n } of rows) {
    if (/^(e|failed|again):/.test(step) && step !== 'again:profile')
      sums.set(step, (sums.get(step) ?? 0) + n);
  }
  return [...sums].map(([step, n]) => ({ step, n })).toSorted((a, b) => b.n - a.n);
}

/** ms from the callback to the answer (`total`), or of one step; within a tenth. Undefined where nothing was counted. */
export function percentilesOf(
  rows: readonly StepCount[],
  what: string,
): { readonly p50: number; readonly p95: number; readonly p99: number } | undefined {
  const buckets = new Map<number, number>();
  let all = 0;
  for (const { step, n } of rows) {
    if (!step.startsWith(`d:${what}:`)) continue;
    const bucket = Number(step.slice(step.lastIndexOf(':') + 1));
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + n);
    all += n;
  }
  if (all === 0) return undefined;
  const sorted = [...buckets].toSorted(([a], [b]) => a - b);
  const at = (part: number) => {
    let seen = 0;
    for (const [bucket, n] of sorted) {
      seen += n;
      if (seen >= all * part) return Math.round(durationOf(bucket));
    }
    return 0;
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
