import test from 'ava';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { createCountCodes } from '#ingress/operate/codes-at-stake.ts';
import { exchangeJobName, exchangeQueueName, shardPrefix } from '#models/login/job.ts';
import { jobDataOf, jobIdOf } from '#models/login/job-logins.ts';
import { withRedis } from '#test/support/with-redis.ts';

const loginOf = (n: number) => `00${n.toString(16).padStart(32, '0')}`;

test('a look asks for the jobs alone that came since the one before, and those that ended count no more', async (t) => {
  const { url, prefix } = withRedis(t);
  const redis = new Redis(url);
  t.teardown(() => redis.disconnect());
  const queue = new Queue(exchangeQueueName, { connection: redis, prefix: shardPrefix(prefix, 0) });
  const asked: string[] = [];
  const hget = (key: string, field: string) => {
    asked.push(key);
    return redis.hget(key, field);
  };
  const countCodes = createCountCodes({ queues: [queue], redis: { hget } as Pick<Redis, 'hget'> });
  const diesAt = Date.now() + 200_000;
  const add = async (n: number, appids: readonly string[]) => {
    const exchanges = appids.map((appid, at) => ({
      ...{ login: loginOf(100 * n + at), n: 1, entId: 'acme', appid },
      ...{ recordedAt: diesAt - 300_000, diesAt: diesAt + n },
    }));
    const jobId = jobIdOf(exchanges);
    await queue.add(exchangeJobName, jobDataOf(exchanges), { jobId });
    return jobId;
  };
  const first = await add(1, ['wx1', 'wx1', 'wx4']);
  await add(2, ['wx2']);
  t.deepEqual(await countCodes('wx1'), { codes: 2, lastDiesAt: diesAt + 1, isAtLeast: false });
  t.is(asked.length, 2);

  // Looks at one account are shared for a second: another account's are looks of their own.
  await add(3, ['wx2', 'wx2']);
  t.deepEqual(await countCodes('wx2'), { codes: 3, lastDiesAt: diesAt + 3, isAtLeast: false });
  t.is(asked.length, 3);
  await queue.remove(first);
  t.deepEqual(await countCodes('wx4'), { codes: 0, isAtLeast: false });
  t.is(asked.length, 3);
});
