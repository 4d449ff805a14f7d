import { type Plan, wavesOf } from '#models/broadcasts/plan.ts';

/** How many people got in in one counted minute. `minute`: counted minutes since the epoch. */
export type MinuteEnds = { readonly minute: number; readonly ended: number };

export type Progress = {
  readonly plan: Plan;
  /** ms since the epoch. */
  readonly now: number;
  /** People who got in since it began. */
  readonly ended: number;
  readonly lately: readonly MinuteEnds[];
  /** A counted minute, ms (COUNTED_MINUTE_MS). */
  readonly countedMs?: number;
  /** People wait for the account, in its line or at the door: it does all it can. */
  readonly isBusy: boolean;
};

const minuteMs = 60_000;
/** The rate is that of so many whole minutes: WeChat counts by minutes, and a shorter look sees its bursts and pauses. */
const looksAtMinutes = 5;
/** The last of a hundred open their message whenever they like: a broadcast is over before. */
const throughShare = 0.99;

/** People a minute of late; undefined before a whole minute has passed. */
export function rateOf(
  progress: Pick<Progress, 'plan' | 'now' | 'lately' | 'countedMs'>,
): number | undefined {
  const { plan, now, lately, countedMs = minuteMs } = progress;
  const first = Math.ceil(plan.beginsAt / countedMs);
  const until = Math.floor(now / countedMs);
  const from = Math.max(first, until - looksAtMinutes);
  if (until <= from) return undefined;
  const ended = lately.reduce(
    (sum, one) => (one.minute >= from && one.minute < until ? sum + one.ended : sum),
    0,
  );
  return (ended / (until - from)) * (minuteMs / countedMs);
}

/**
 * When 99 of 100 people are through, as it looks now: those who are left at the rate of late, and no sooner than the waves that
 * are still to come are worked off. Undefined where people have stopped coming, or the account takes none: nobody can say.
 */
export function projectEnd(progress: Progress): number | undefined {
  const { plan, now, ended, isBusy } = progress;
  const { waves, endsAt } = wavesOf(plan);
  if (now <= plan.beginsAt) return endsAt;
  const left = plan.people * throughShare - ended;
  if (left <= 0) return now;
  const measured = rateOf(progress);
  const isToCome = waves.some(({ beginsAt }) => beginsAt > now);
  // While nobody waits and more waves come, what ended of late is all that was there: the account can do more.
  const isMeasured = measured !== undefined && (isBusy || !isToCome);
  const rate = isMeasured ? measured : Math.max(measured ?? 0, plan.perMinute);
  // Who waits will come, however little the account takes of what was planned.
  if (rate < (isBusy ? 1 : plan.perMinute / 20)) return undefined;
  return Math.max(now + (left / rate) * minuteMs, isToCome ? endsAt : 0);
}
