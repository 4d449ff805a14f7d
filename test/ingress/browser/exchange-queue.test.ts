import test, { type ExecutionContext } from 'ava';
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import { connectRedis } from '#connections/connect-redis.ts';
import { createExchangeQueue } from '#ingress/browser/exchange-queue.ts';
import { type ExchangeJob, exchangeQueueName, shardPrefix } from '#models/login/job.ts';
import { until } from '#test/support/until.ts';
import { withProxy } from '#test/support/with-proxy.ts';
import { withRedis } from '#test/support/with-redis.ts';

const loginOf = (shard: number, letter = 'a') => `0${shard}${letter.repeat(32)}`;
const jobOf = (login: string, n = 1) => ({ login, n, entId: 'acme', appid: 'wx1', recordedAt: 1, diesAt: 2 });

async function withQueue(t: ExecutionContext, { shards = 1 } = {}) {
  const { url, prefix } = withRedis(t);
  const { hostname, port } = new URL(url);
  const proxy = await withProxy(t, { host: hostname, port: Number(port) });
  const redis = await connectRedis([`redis://127.0.0.1:${proxy.port}`], 'producer');
  const queue = createExchangeQueue({ redis, prefix, shards, onError: () => {} });
  t.teardown(() => redis.disconnect());
  const idsOf = async (shard: number) => (await queue.queues[shard]?.getJobs())?.map(({ id }) => id).sort();
  /** Takes jobs by hand, as a worker does. */
  async function withTaker() {
    const consumer = await connectRedis([url], 'consumer');
    const taker = new Worker<ExchangeJob>(exchangeQueueName, null, {
      connection: consumer,
      prefix: shardPrefix(prefix, 0),
    });
    t.teardown(async () => {
      await taker.close();
      consumer.disconnect();
    });
    return (token: string): Promise<Job<ExchangeJob> | undefined> => taker.getNextJob(token);
  }
  return { queue, idsOf, redis, prefix, proxy, withTaker };
}

test('a job holds ids and times, and bears the name of its code', async (t) => {
  const { queue } = await withQueue(t);
  const login = loginOf(0);
  await queue.add(jobOf(login));
  const [job] = (await queue.queues[0]?.getJobs()) ?? [];
  t.is(job?.id, `${login}-1`);
  t.deepEqual(job?.data, jobOf(login));
});

test('the same job again, also at the same moment, is one job', async (t) => {
  const { queue, idsOf } = await withQueue(t);
  const login = loginOf(0);
  await Promise.all(Array.from({ length: 20 }, () => queue.add(jobOf(login))));
  await queue.add(jobOf(login), { isHeavy: true });
  t.deepEqual(await idsOf(0), [`${login}-1`]);
});

test('another code of the login is another job, and so is a rerun', async (t) => {
  const { queue, idsOf } = await withQueue(t);
  const login = loginOf(0);
  await queue.add(jobOf(login, 1));
  await queue.add(jobOf(login, 2));
  await queue.add(jobOf(login, 1), { rerun: 1 });
  await queue.add(jobOf(login, 1), { rerun: 1 });
  t.deepEqual(await idsOf(0), [`${login}-1`, `${login}-1-1`, `${login}-2`]);
});

test('a rerun is for a code without a job: none while one waits, is delayed or runs', async (t) => {
  const { queue, withTaker } = await withQueue(t);
  const take = await withTaker();
  const login = loginOf(0);
  t.is(await queue.nextRerun(jobOf(login)), 0);
  await queue.add(jobOf(login));
  t.is(await queue.nextRerun(jobOf(login)), undefined);
  await queue.add(jobOf(loginOf(0, 'b')), { isHeavy: true });
  t.is(await queue.nextRerun(jobOf(loginOf(0, 'b'))), undefined);

  const taken = await take('token');
  t.is(taken?.id, `${login}-1`);
  t.is(await queue.nextRerun(jobOf(login)), undefined);
  await taken?.moveToDelayed(Date.now() + 60_000, 'token');
  t.is(await queue.nextRerun(jobOf(login)), undefined);
});

test('a finished job of a login that still waits makes room for the next rerun', async (t) => {
  const { queue, withTaker } = await withQueue(t);
  const take = await withTaker();
  const login = loginOf(0);
  for (const rerun of [0, 1, 2]) {
    await queue.add(jobOf(login), { rerun });
    const taken = await take(`token ${rerun}`);
    await taken?.moveToFailed(new UnrecoverableError('given up'), `token ${rerun}`);
    t.is(await queue.nextRerun(jobOf(login)), rerun + 1);
  }
});

test('a flooding enterprise’s jobs wait behind all others', async (t) => {
  const { queue } = await withQueue(t);
  await queue.add(jobOf(loginOf(0, 'a')), { isHeavy: true });
  await queue.add(jobOf(loginOf(0, 'b')));
  const counts = await queue.queues[0]?.getJobCounts('wait', 'prioritized');
  t.deepEqual(counts as Record<string, number>, { wait: 1, prioritized: 1 });
});

test('a login’s job is in its own shard’s queue, in that shard’s slot', async (t) => {
  const { queue, idsOf, redis, prefix } = await withQueue(t, { shards: 2 });
  await queue.add(jobOf(loginOf(1)));
  t.deepEqual(await idsOf(0), []);
  t.deepEqual(await idsOf(1), [`${loginOf(1)}-1`]);
  const keys = await redis.keys(`*${prefix}*${loginOf(1)}*`);
  t.deepEqual(keys, [`{${prefix}:1}:exchange:${loginOf(1)}-1`]);
});

test('a login of a shard that this process does not have is a mistake of the operator', async (t) => {
  const { queue } = await withQueue(t);
  await t.throwsAsync(queue.add(jobOf(loginOf(3))), { instanceOf: RangeError });
});

test('with Redis away an add fails, and waits for nothing', async (t) => {
  const { queue, redis, proxy } = await withQueue(t);
  await queue.add(jobOf(loginOf(0, 'a')));
  proxy.cut();
  await until(() => redis.status !== 'ready');
  await t.throwsAsync(queue.add(jobOf(loginOf(0, 'b'))));
});
