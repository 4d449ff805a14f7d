import { setInterval as every } from 'node:timers/promises';
import { Queue } from 'bullmq';
import type { Context } from 'koa';
import type { RedisClient } from '#connections/redis-client.ts';
import { Problem } from '#ingress/http/problem.ts';
import { audit } from '#ingress/operator/audit.ts';
import { noteChange } from '#ingress/operator/log-changes.ts';
import {
  type ProbeJob,
  type ProbeOutcome,
  probeOutcome,
  probeQueueName,
} from '#models/account/secret-test.ts';
import type { ServiceAccountModel } from '#models/documents/service-account.ts';
import { shardPrefix } from '#models/login/job.ts';

const answersWithinMs = 10_000;
const looksEachMs = 200;

export type TestSecret = (ctx: Context, appid: string) => Promise<ProbeOutcome | undefined>;

/** The queue of tests, which a worker reads (workers/probe). */
export function openProbeQueue(
  stack: AsyncDisposableStack,
  options: { redis: RedisClient; prefix: string; onError: (error: Error) => void },
): Queue<ProbeJob> {
  const { redis, prefix, onError } = options;
  const queue = new Queue<ProbeJob>(probeQueueName, { connection: redis, prefix: shardPrefix(prefix, 0) });
  queue.on('error', onError);
  return stack.adopt(queue, (open) => open.close());
}

/**
 * Has a worker ask WeChat whether it takes the account's secret; undefined when none did within ten seconds. It asks also for an
 * account that an operator has paused: that is when a secret is mended. Throws 404 and what the stores throw.
 */
export function createTestSecret(deps: {
  probes: Queue<ProbeJob>;
  accounts: ServiceAccountModel;
  now: () => number;
}): TestSecret {
  const { probes, accounts, now } = deps;

  return async (ctx, appid) => {
    if ((await accounts.exists({ appid }).maxTimeMS(2_000)) === null)
      throw new Problem(404, 'not_found', 'There is no such account.');
    await audit(ctx, { action: 'test the secret', object: `account ${appid}` });
    noteChange(ctx, { appid });
    const job = await probes.add('probe', { appid, diesAt: now() + answersWithinMs }, { attempts: 1 });
    const id = job.id ?? '';
    const givesUpAt = performance.now() + answersWithinMs;
    // Not BullMQ's events: they would cost each ingress a connection for what an operator asks once a week.
    for await (const _ of every(looksEachMs)) {
      const now = await probes.getJob(id);
      if (now?.finishedOn !== undefined) return probeOutcome.safeParse(now.returnvalue).data;
      if (performance.now() >= givesUpAt) break;
    }
    await probes.remove(id);
    return undefined;
  };
}
