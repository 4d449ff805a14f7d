import type { Journal } from '#chaos/crowd/journal.ts';
import type { Incident } from '#chaos/incidents.ts';
import type { Times } from './verdict.ts';

const windowMs = 1_000;
const stepMs = 50;
/** The rate before a fault is taken over so long: in a burst that of a few seconds may be twice the usual one. */
const beforeMs = 10_000;

/** When people were ready, as they saw it themselves. */
export function measureTimes(journals: readonly Journal[], incidents: readonly Incident[]): Times {
  const ready = journals.filter(({ outcome }) => outcome === 'ready');
  const waited = ready
    .map(({ rounds, endedAt }) => ({ sentAt: rounds[0]?.sentAt ?? endedAt, endedAt }))
    .sort((a, b) => a.endedAt - a.sentAt - (b.endedAt - b.sentAt));
  const waits = waited.map(({ sentAt, endedAt }) => endedAt - sentAt);
  const slowest = waited.at(-1);
  const ends = ready.map(({ endedAt }) => endedAt).sort(ascending);
  const begun = Math.min(...journals.map(({ rounds, startedAt }) => rounds[0]?.sentAt ?? startedAt));
  const drainMs = (ends.at(-1) ?? begun) - begun;
  const [from = 0, to = 0] = [0.1, 0.9].map((share) => quantile(ends, share));
  return {
    p50: quantile(waits, 0.5),
    p99: quantile(waits, 0.99),
    longest: waits.at(-1) ?? 0,
    slowestSince: slowest?.sentAt ?? 0,
    begunAt: begun,
    drainMs,
    readyPerSecond: drainMs > 0 ? Math.round((ready.length * 10_000) / drainMs) / 10 : 0,
    steadyPerSecond: to > from ? Math.round((ready.length * 8_000) / (to - from)) / 10 : 0,
    recoveryMs: measureRecovery(ends, incidents),
  };
}

/** Undefined when nothing was struck, or when too few were left to be served afterwards for a rate to be seen. */
function measureRecovery(ends: readonly number[], incidents: readonly Incident[]): number | undefined {
  const first = Math.min(...incidents.map(({ at }) => at));
  const last = Math.max(...incidents.map(({ until }) => until));
  const countIn = (from: number, to: number) => ends.filter((end) => end >= from && end < to).length;
  const from = Math.max(first - beforeMs, ends[0] ?? first);
  const before = (countIn(from, first) / Math.max(first - from, windowMs)) * windowMs;
  const final = ends.at(-1) ?? 0;
  if (incidents.length === 0 || before < 5 || countIn(last, final + 1) < before) return undefined;
  for (let from = last; from <= final; from += stepMs) {
    if (countIn(from, from + windowMs) >= 0.9 * before) return from - last;
  }
  return final - last;
}

const ascending = (a: number, b: number) => a - b;

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
