import { type Funnel, funnelOf } from '#ingress/operate/funnel.ts';
import type { CountedRow, Windows } from '#ingress/operate/windows.ts';
import type { CapacityEntry } from '#models/account/reports.ts';
import { type Plan, wavesOf } from '#models/broadcasts/plan.ts';
import { projectEnd } from '#models/broadcasts/project-end.ts';
import { peopleKeptMs, runsMs } from '#models/counts/broadcast-people.ts';
import { hoursKeptDays } from '#models/counts/hours.ts';
import { goodEnds } from '#models/counts/steps.ts';
import type { BroadcastDocument } from '#models/documents/broadcast.ts';
import { failureReasons } from '#models/login/status.ts';

const hoursKeptMs = hoursKeptDays * 24 * 3_600_000;
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
  /** People who got in: different ones, but for the `unnamed`. Undefined where that is forgotten. */
  readonly through: number | undefined;
  /**
   * Logins of which nobody says whose they are, so that each counts as a person: of a worker of a release that does not tell it, or
   * from before the broadcast was planned.
   */
  readonly unnamed: number;
  /** Undefined once the counts of its time are gone. */
  readonly funnel: Funnel | undefined;
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
  const age = now() - plan.beginsAt;
  const isYoung = age < windows.minutesReachMs;
  // What comes later is the ordinary course of things.
  const until = Math.min(broadcast.endedAt?.getTime() ?? Number.POSITIVE_INFINITY, plan.beginsAt + runsMs);
  const [parts, minutes, { people, named }] = await Promise.all([
    isYoung ? [] : windows.partsBetween({ entId, appid }, plan.beginsAt, until),
    windows.stepsSince({ entId, appid }, told, plan.beginsAt),
    windows.broadcastPeople.count(_id),
  ]);
  // What is a minute old is not in the hours yet.
  const recent = minutes.filter(({ from }) => from < until);
  const sum = (rows: readonly CountedRow[], isMeant = isEnd) =>
    rows.reduce((all, { step, n }) => (isMeant(step) ? all + n : all), 0);
  const rows = isYoung || sum(recent) > sum(parts) ? recent : parts;
  const logins = sum(rows, isIn);
  const isForgotten = named === 0 && age >= peopleKeptMs;
  const unnamed = isForgotten ? 0 : Math.max(0, logins - named);
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
  return {
    ...wavesOf(plan),
    through: isForgotten ? undefined : through,
    unnamed,
    funnel: age < hoursKeptMs ? funnelOf(rows) : undefined,
    projectedEnd,
    isThrough,
  };
}
