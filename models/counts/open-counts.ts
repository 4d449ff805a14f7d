import type { Logger } from 'pino';
import type { RedisClient } from '#connections/redis-client.ts';
import type { RedisClock } from '#connections/redis-clock.ts';
import { createHourKeeper } from '#models/counts/hour-keeper.ts';
import { addToHour, type LoginHourModel } from '#models/counts/hours.ts';
import { createMinutes, type Sending } from '#models/counts/minutes.ts';
import { createTally } from '#models/counts/tally.ts';
import { within } from '#operations/deadline.ts';

/** What an operator sees is that old. */
const toRedisEachMs = 2_000;
const toMongoEachMs = 30_000;
/** A part is worth sending again as long as Redis knows its name. */
const worthMs = 50_000;
/** Each of 200 counts: some 20 MB. */
const mostWaiting = 1_000;
/** A Redis that does not answer is asked again the next time; a process that ends waits for no longer. */
const answersWithinMs = 1_500;

export type Counts = ReturnType<typeof openCounts>;

/**
 * The counts of this process: each minute's in Redis within 2 s, each hour's in MongoDB within 30. A process that is killed
 * takes those with it; a Redis that is away gets them later, if it is back within a minute, a MongoDB as long as there
 * is room for them (hour-keeper.ts). Neither is ever waited for by a login.
 */
export function openCounts(
  stack: AsyncDisposableStack,
  options: {
    redis: RedisClient;
    prefix: string;
    minuteMs: number;
    hours: LoginHourModel;
    clock: RedisClock;
    /** Hears of all that was counted, before any store does. */
    onCounted?: (counts: ReadonlyMap<string, number>) => void;
    log: Logger;
  },
) {
  const { redis, prefix, minuteMs, hours, clock, onCounted = () => {}, log } = options;
  const tally = createTally();
  const minutes = createMinutes({ redis, prefix, minuteMs });
  const keeper = createHourKeeper((counts, at) => addToHour(hours, counts, at));
  let waiting: { readonly sending: Sending; readonly takenAt: number }[] = [];
  let isAway = false;

  async function toRedis(): Promise<void> {
    const taken = tally.take();
    for (const { counts } of taken) {
      onCounted(counts);
      keeper.add(counts, clock.now());
    }
    const now = performance.now();
    const isFresh = ({ takenAt }: { takenAt: number }) => now - takenAt < worthMs;
    waiting = [...waiting.filter(isFresh), ...taken.map((sending) => ({ sending, takenAt: now }))].slice(
      -mostWaiting,
    );
    try {
      for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        const sent = next;
        await within(answersWithinMs, minutes.add(sent.sending));
        // Not the first one: the process's end may send beside the timer.
        waiting = waiting.filter((part) => part !== sent);
      }
      isAway = false;
    } catch (error) {
      // Once for a time of trouble.
      if (!isAway) log.warn({ err: error }, 'counts of logins not told to Redis yet');
      isAway = true;
    }
  }

  async function toMongo(): Promise<void> {
    try {
      // Its driver has limits of its own; what is given up before they are over may have been written.
      await keeper.flush();
    } catch (error) {
      log.warn({ err: error, fields: keeper.size() }, 'counts of logins not told to MongoDB yet');
    }
  }

  const timers = [every(toRedisEachMs, toRedis), every(toMongoEachMs, toMongo)];
  stack.defer(async () => {
    for (const stop of timers) stop();
    await toRedis();
    // The first may be the timer's, which began before the last counts came.
    await within(answersWithinMs, toMongo().then(toMongo)).catch((error) =>
      log.warn({ err: error }, 'counts of logins not told to MongoDB'),
    );
  });
  return { count: tally.count, notePerson: tally.notePerson, noteCall: tally.noteCall, minutes };
}

/** Again and again, at times that those of other processes do not meet. Answers how to end it. */
function every(ms: number, work: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout;
  const next = () => {
    timer = setTimeout(() => void work().finally(next), ms * (0.9 + 0.2 * Math.random())).unref();
  };
  next();
  return () => clearTimeout(timer);
}
