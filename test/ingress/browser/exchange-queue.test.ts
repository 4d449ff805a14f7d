import test, { type ExecutionContext } from 'ava';
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import { connectRedis } from '#connections/connect-redis.ts';
import { createExchangeQueue } from '#ingress/browser/exchange-queue.ts';
import { type ExchangeJob, exchangeQueueName, shardPrefix } from '#models/login/job.ts';
import { jobIdOf, mostInJob } from '#models/login/job-logins.ts';
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
  const noted: string[] = [];
  const queue = createExchangeQueue({
    redis,
    prefix,
    shards,
    noteJob: async (login, n, job) => void noted.push(`${login}-${n} ${job}`),
    onError: () => {},
  });
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
  return { queue, idsOf, noted, redis, prefix, proxy, withTaker };
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

const share = { mayShare: true };
const crowd = (size: number, shard = 0) =>
  Array.from({ length: size }, (_, at) => jobOf(`0${shard}${at.toString(16).padStart(32, '0')}`));

test('logins of one moment share a job, at most 32 of them; one that comes alone has today’s', async (t) => {
  const { queue, idsOf, noted } = await withQueue(t);
  const logins = crowd(mostInJob + 2);
  await Promise.all(logins.map((job) => queue.add(job, share)));
  const [first, second] = [logins.slice(0, mostInJob), logins.slice(mostInJob)];
  t.deepEqual(await idsOf(0), [jobIdOf(second), jobIdOf(first)].sort());
  const job = await queue.queues[0]?.getJob(jobIdOf(second));
  t.is(job?.name, 'exchange ×2');
  t.deepEqual(job?.data, { ...second[0], more: second.slice(1) } as ExchangeJob);
  t.is(noted.length, logins.length);
  t.true(noted.includes(`${second[1]?.login}-1 ${jobIdOf(second)}`));

  await queue.add(jobOf(loginOf(0, 'f')), share);
  t.true((await idsOf(0))?.includes(`${loginOf(0, 'f')}-1`));
  t.is(noted.length, logins.length);
});

test('only those of one account and lane, and only where every worker knows such jobs', async (t) => {
  const { queue, idsOf } = await withQueue(t, { shards: 2 });
  const [a, b, c, d] = crowd(4) as [ExchangeJob, ExchangeJob, ExchangeJob, ExchangeJob];
  const [e] = crowd(1, 1) as [ExchangeJob];
  await Promise.all([
    queue.add(a, share),
    queue.add({ ...b, appid: 'wx2' }, share),
    queue.add(c, { ...share, isHeavy: true }),
    queue.add(d),
    queue.add(e, share),
  ]);
  t.deepEqual(await idsOf(0), [a, b, c, d].map(({ login }) => `${login}-1`).sort());
  t.deepEqual(await idsOf(1), [`${e.login}-1`]);
});

test('the same login twice at one moment is once in a job, with its last code', async (t) => {
  const { queue, idsOf } = await withQueue(t);
  const [a, b] = crowd(2) as [ExchangeJob, ExchangeJob];
  await Promise.all([a, a, { ...a, n: 2 }, b].map((job) => queue.add(job, share)));
  t.deepEqual(await idsOf(0), [jobIdOf([{ ...a, n: 2 }, b])]);
});

test('an add that was sent twice is one job', async (t) => {
  const { queue, idsOf } = await withQueue(t);
  const logins = crowd(3);
  await Promise.all(logins.map((job) => queue.add(job, share)));
  await Promise.all(logins.toReversed().map((job) => queue.add(job, share)));
  t.is((await idsOf(0))?.length, 1);
});

test('a callback is answered by its own job’s add: one that fails fails all in it, and nobody else', async (t) => {
  const { queue } = await withQueue(t, { shards: 2 });
  const [mine, others] = queue.queues;
  if (mine === undefined || others === undefined) throw new Error('two shards');
  const { promise: never } = Promise.withResolvers<never>();
  mine.add = () => Promise.reject(new Error('refused'));
  const failing = crowd(3).map((job) => queue.add(job, share));
  await Promise.all(crowd(2, 1).map((job) => queue.add(job, share)));
  const ends = await Promise.allSettled(failing);
  t.deepEqual(new Set(ends.map(({ status }) => status)), new Set(['rejected']));
  // Nor does it wait for one that hangs.
  mine.add = () => never;
  for (const job of crowd(3)) queue.add({ ...job, n: 2 }, share).catch(() => {});
  await Promise.all(crowd(2, 1).map((job) => queue.add({ ...job, n: 2 }, share)));
});

test('a code in a shared job has a job, and so has one that was set apart; its rerun is made when both are gone', async (t) => {
  const { queue, withTaker } = await withQueue(t);
  const take = await withTaker();
  const logins = crowd(2);
  const [login] = logins as [ExchangeJob];
  const shared = jobIdOf(logins);
  t.false(await queue.isThere(login, shared));
  t.is(await queue.nextRerun(login, shared), 0);
  await Promise.all(logins.map((job) => queue.add(job, share)));
  t.true(await queue.isThere(login, shared));
  t.is(await queue.nextRerun(login, shared), undefined);

  const taken = await take('token');
  t.is(taken?.id, shared);
  await queue.queues[0]?.add('exchange', login, { jobId: `${login.login}-1-0`, delay: 60_000 });
  await taken?.moveToCompleted('', 'token', false);
  t.is(await queue.nextRerun(login, shared), undefined);
  await queue.queues[0]?.remove(`${login.login}-1-0`);
  t.false(await queue.isThere(login, shared));
  t.is(await queue.nextRerun(login, shared), 0);
});
