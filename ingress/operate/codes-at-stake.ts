import type { Queue } from 'bullmq';
import { LRUCache } from 'lru-cache';
import type { RedisClient } from '#connections/redis-client.ts';
import { createShare } from '#ingress/operate/share-look.ts';
import { type ExchangeJobData, exchangesOf } from '#models/login/job-logins.ts';
import { shardOfAccount } from '#models/login/store.ts';
import { within } from '#operations/deadline.ts';

/** Of each state of a job. More are as many as an operator needs to know. */
const mostJobs = 20_000;
const readAtOnce = 500;
/** Some ten megabytes. */
const mostKnown = 100_000;
const answersWithinMs = 2_000;
const sharedForMs = 1_000;

type Code = { readonly login: string; readonly appid: string; readonly diesAt: number };

/** Codes of an account that die unless its calls go on: in how many logins, and when the last of them (ms of Redis's clock). */
export type CodesAtStake = {
  readonly codes: number;
  readonly lastDiesAt?: number;
  /** There are more jobs than were looked at. */
  readonly isAtLeast: boolean;
};
export type CountCodes = (appid: string) => Promise<CodesAtStake>;

/** Counts them in the jobs of the account's shard. Rejects when Redis does not answer in two seconds. */
export function createCountCodes(deps: {
  queues: readonly Pick<Queue, 'getRanges' | 'toKey'>[];
  redis: Pick<RedisClient, 'hget'>;
}): CountCodes {
  const { queues, redis } = deps;
  const share = createShare<CodesAtStake>(100);
  // The logins of a job are the same as long as it is there: a look asks for the jobs alone that came since the one before.
  const known = new LRUCache<string, readonly Code[]>({
    maxSize: mostKnown,
    sizeCalculation: ({ length }) => length,
  });

  async function codesOf(job: string): Promise<readonly Code[]> {
    const before = known.get(job);
    if (before !== undefined) return before;
    const data = await redis.hget(job, 'data');
    // It has ended meanwhile.
    if (data === null) return [];
    const exchanges = exchangesOf(JSON.parse(data) as ExchangeJobData);
    const codes = exchanges.map(({ login, appid, diesAt }) => ({ login, appid, diesAt }));
    known.set(job, codes);
    return codes;
  }

  async function count(appid: string): Promise<CodesAtStake> {
    const queue = queues[shardOfAccount(appid, queues.length)];
    if (queue === undefined) return { codes: 0, isAtLeast: false };
    const states = ['active', 'delayed', 'prioritized', 'wait'] as const;
    const found = await Promise.all(states.map((state) => queue.getRanges([state], 0, mostJobs - 1)));
    // One that moves from state to state meanwhile is seen twice.
    const ids = [...new Set(found.flat())];
    const dying = new Map<string, number>();
    for (let from = 0; from < ids.length; from += readAtOnce) {
      const some = ids.slice(from, from + readAtOnce);
      const read = await Promise.all(some.map((id) => codesOf(queue.toKey(id))));
      for (const { login, appid: of, diesAt } of read.flat())
        if (of === appid) dying.set(login, Math.max(dying.get(login) ?? 0, diesAt));
    }
    const lastDiesAt = [...dying.values()].reduce((last, at) => Math.max(last, at), 0);
    return {
      codes: dying.size,
      ...(lastDiesAt > 0 && { lastDiesAt }),
      isAtLeast: found.some(({ length }) => length === mostJobs),
    };
  }

  return (appid) => share(appid, () => within(answersWithinMs, count(appid)), sharedForMs);
}
