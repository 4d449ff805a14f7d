import { type Funnel, funnelOf } from '#ingress/operate/funnel.ts';
import type { CountedRow, Windows } from '#ingress/operate/windows.ts';
import type { CapacityEntry } from '#models/account/reports.ts';
import { type Plan, wavesOf } from '#models/broadcasts/plan.ts';
import { projectEnd } from '#models/broadcasts/project-end.ts';
import type { BroadcastDocument } from '#models/documents/broadcast.ts';

/** Counts of a day are kept by parts of an hour: those that its begin lies in are counted whole. */
const partMs = 10 * 60_000;
const minuteMs = 60_000;
/** So long the minutes alone tell all of it. */
const quarterMs = 14 * minuteMs;
/** Fewer are the ordinary course of things. */
const leastWaiting = 20;

export const planOf = ({ people, beginsAt, minutes, perMinute }: BroadcastDocument): Plan => ({
  people,
  beginsAt: beginsAt.getTime(),
  minutes,
  perMinute,
});

const isEnd = (step: string): boolean =>
  step === 'ready' || step === 'bind' || step === 'snapshot' || step.startsWith('failed:');

export type BroadcastView = {
  readonly ended: number;
  readonly funnel: Funnel;
  readonly projectedEnd: number | undefined;
  readonly isThrough: boolean;
} & ReturnType<typeof wavesOf>;

/** How far the people of a broadcast are, from what is counted of its enterprise. Throws what the stores throw. */
export async function progressOf(
  broadcast: BroadcastDocument,
  deps: {
    windows: Windows;
    standingOf: (appid: string) => Pick<CapacityEntry, 'waiting' | 'state'> | undefined;
    now: () => number;
  },
): Promise<BroadcastView> {
  const { windows, standingOf, now } = deps;
  const plan = planOf(broadcast);
  const { entId } = broadcast;
  const [day, quarter] = await Promise.all([windows.read('24h', { entId }), windows.read('15m', { entId })]);
  const until = broadcast.endedAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const isOurs = ({ from }: CountedRow) =>
    from >= Math.floor(plan.beginsAt / partMs) * partMs && from < until;
  const since = day.rows.filter(isOurs);
  // What is a minute old is not in the day's yet.
  const recent = quarter.rows.filter(
    (row) => isOurs(row) && row.from >= Math.floor(plan.beginsAt / minuteMs) * minuteMs,
  );
  const sum = (rows: readonly CountedRow[]) =>
    rows.reduce((all, { step, n }) => (isEnd(step) ? all + n : all), 0);
  const isYoung = now() - plan.beginsAt < quarterMs;
  const rows = isYoung || sum(recent) > sum(since) ? recent : since;
  const ended = sum(rows);
  const standing = standingOf(broadcast.appid);
  const isBusy = (standing?.waiting ?? 0) > leastWaiting || standing?.state === 'paused';
  const lately = recent.map((row) => ({
    minute: Math.floor(row.from / minuteMs),
    ended: isEnd(row.step) ? row.n : 0,
  }));
  const projectedEnd = projectEnd({ plan, now: now(), ended, lately, isBusy });
  const isThrough = projectedEnd !== undefined && now() > plan.beginsAt && projectedEnd <= now();
  return { ...wavesOf(plan), ended, funnel: funnelOf(rows), projectedEnd, isThrough };
}
