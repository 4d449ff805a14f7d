import type { ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { createAccountCapacity } from '#models/account/capacity.ts';
import { withRedis } from '#test/support/with-redis.ts';

/** Accounts' capacity on a real Redis, with Redis's clock for the test to move on. */
export function withCapacity(
  t: Pick<ExecutionContext, 'teardown'>,
  { callsPerSecond = 400, shards = 1 } = {},
) {
  const { url, prefix } = withRedis(t);
  const redis = new Redis(url);
  t.teardown(() => redis.disconnect());
  const clock = { offsetMs: 0 };
  const create = () =>
    createAccountCapacity({ redis, prefix, shards, callsPerSecond, clockOffsetMs: () => clock.offsetMs });
  const capacity = create();

  /** Moves Redis's clock to so many ms after the beginning of a minute. */
  async function intoMinute(ms: number): Promise<void> {
    const [seconds = 0, micros = 0] = (await redis.time()).map(Number);
    const now = seconds * 1_000 + Math.floor(micros / 1_000) + clock.offsetMs;
    clock.offsetMs += 60_000 - (now % 60_000) + ms;
  }
  /** Every call that may be made now. */
  async function takeAll(name: string, wish: { leaves?: number } = {}): Promise<number> {
    let calls = 0;
    for (;;) {
      const taken = await capacity.take(name, { triesForMs: 8_000, ...wish });
      if (taken.verb !== 'go') return calls;
      calls += taken.calls;
    }
  }
  const entryOf = async (name: string) =>
    (await capacity.read(0)).entries.find((entry) => entry.name === name);
  const report = (some: { worker?: string; answered?: number; isDown?: boolean; left?: string[] } = {}) => {
    const { worker = 'w1', answered = 0, isDown = false, left = [] } = some;
    return capacity.report(0, {
      worker,
      ended: answered,
      accounts: new Map([['wx1', { answered, isDown }]]),
      left: new Map(left.length > 0 ? [['wx1', left]] : []),
    });
  };
  const take = (name = 'wx1', wish: { leaves?: number; isFirstToTry?: boolean; isSecond?: boolean } = {}) =>
    capacity.take(name, { triesForMs: 8_000, ...wish });
  const lineUp = (id: string, { name = 'wx1', entId = 'acme', leastDelayMs = 0 } = {}) =>
    capacity.lineUp(name, { id, entId, leastDelayMs });
  return { redis, prefix, clock, capacity, create, intoMinute, takeAll, take, lineUp, entryOf, report };
}
