import { type Funnel, funnelOf } from '#ingress/operate/funnel.ts';
import type { CountedRow, Windows } from '#ingress/operate/windows.ts';
import type { CapacityEntry } from '#models/account/reports.ts';
import { type Plan, wavesOf } from '#models/broadcasts/plan.ts';
import { projectEnd } from '#models/broadcasts/project-end.ts';
import { goodEnds } from '#models/counts/steps.ts';
import type { BroadcastDocument } from '#models/documents/broadcast.ts';
import { failureReasons } from '#models/login/status.ts';

/** Counts of a day are kept by parts of an hour, and for one that is older than the minutes the part of its begin is counted whole. */
const partMs = 10 * 60_000;
/** Fewer are the ordinary course of things. */
const leastWaiting = 20;

export const planOf = ({ people, beginsAt, minutes, perMinute }: BroadcastDocument): Plan => ({
  people,
  beginsAt: beginsAt.getTime(),
  minutes,
  perMinute,
});

const ends: readonly string[] = [...goodEnds, ...failureReasons.map((reason) => `failed:${reason}`)];
const isEnd = (step: string): boolean => ends.includes(step);
/** Their person is known. A snapshot's visitor has none, and who failed is expected again. */
const isIn = (step: string): boolean => step === 'ready' || step === 'bind';
/** What its page tells. */
const told: readonly string[] = ['opened', 'held', 'sent', 'back', ...ends];

export type BroadcastView = {
  /** People who got in: different ones, but for the `unnamed`. */
  readonly through: number;
  /**
   * Logins of which nobody says whose they are, so that each counts as a person: of a worker of a release that does not tell it, or
   * from before the broadcast was planned.
   */
  readonly unnamed: number;
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
  const { _id, entId, appid } = broadcast;
  const countedMs = windows.stepMs['15m'];
  const isYoung = now() - plan.beginsAt < windows.minutesReachMs;
  const [day, minutes, { people, named }] = await Promise.all([
    isYoung ? [] : windows.read('24h', { entId }).then(({ rows }) => rows),
    windows.stepsSince({ entId, appid }, told, plan.beginsAt),
    windows.broadcastPeople.count(_id),
  ]);
  const until = broadcast.endedAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const since = day.filter(({ from }) => from >= Math.floor(plan.beginsAt / partMs) * partMs && from < until);
  // What is a minute old is not in the day's yet.
  const recent = minutes.filter(({ from }) => from < until);
  const sum = (rows: readonly CountedRow[], isMeant = isEnd) =>
    rows.reduce((all, { step, n }) => (isMeant(step) ? all + n : all), 0);
  const rows = isYoung || sum(recent) > sum(since) ? recent : since;
  const logins = sum(rows, isIn);
  const unnamed = Math.max(0, logins - named);
  const through = people + unnamed;
  const peopleInLogin = logins === 0 ? 1 : Math.min(1, through / logins);
  const standing = standingOf(appid);
  const isHeld = recent.some(
    ({ step, n, from }) => step === 'held' && n > leastWaiting && from >= now() - 2 * countedMs,
  );
  const isBusy = isHeld || (standing?.waiting ?? 0) > leastWaiting || standing?.state === 'paused';
  const lately = recent.map((row) => ({
    minute: Math.floor(row.from / countedMs),
    ended: isIn(row.step) ? row.n * peopleInLogin : 0,
  }));
  const projectedEnd = projectEnd({ plan, now: now(), ended: through, lately, countedMs, isBusy });
  const isThrough = projectedEnd !== undefined && now() > plan.beginsAt && projectedEnd <= now();
  return { ...wavesOf(plan), through, unnamed, funnel: funnelOf(rows), projectedEnd, isThrough };
}
