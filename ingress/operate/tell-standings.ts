import type { CapacityEntry } from '#models/account/reports.ts';
import type { Pause } from '#models/documents/service-account.ts';

/** Accounts that are not simply open, as GET /operate/live tells them: what WeChat said of them, or their operator. */
export function tellStandings(entries: readonly CapacityEntry[], paused: ReadonlyMap<string, Pause>) {
  const waitingOf = new Map(entries.map(({ name, waiting }) => [name, waiting]));
  const byOperator = [...paused].map(([appid, { by, at, reason }]) => ({
    appid,
    state: 'paused-by-operator' as const,
    waiting: waitingOf.get(appid) ?? 0,
    since: at.toISOString(),
    by,
    ...(reason && { reason }),
  }));
  const byWeChat = entries
    .filter(({ name }) => !paused.has(name))
    .map(({ name, state, cause, waiting }) => ({ appid: name, state, ...(cause && { cause }), waiting }));
  return [...byOperator, ...byWeChat];
}
