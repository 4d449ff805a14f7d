import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { Worker } from 'bullmq';
import { startRedis } from '#dev-stores/start-redis.ts';
import { jobOutcomes } from '#models/login/job.ts';
import { until } from '#test/support/until.ts';
import { HeldBackError } from '#workers/account/held-back-error.ts';
import type { ExchangeResult } from '#workers/exchange/exchange-code.ts';
import { settled, withWorker } from './with-worker.ts';

test('a job is exchanged under its own id, and its end is told', async (t) => {
  const seen: string[] = [];
  const { add, told } = await withWorker(t, async (job, jobId) => {
    seen.push(`${job.login} ${jobId}`);
    return settled;
  });
  await add('a');
  await until(() => told.settled.length === 1);
  t.deepEqual(seen, ['a a-1']);
  t.is(told.watched, 1);
});

test('a job answers how its login ended, for the dashboard to tell', async (t) => {
  const ends: [string, ExchangeResult][] = [
    ['ready', settled],
    [
      'failed:misconfigured',
      { ...settled, settlement: { status: 'failed', reason: 'misconfigured' } } as ExchangeResult,
    ],
    ['joined', { verb: 'joined' }],
  ];
  const { add, queue } = await withWorker(t, async ({ login }) => {
    const [, result] = ends[Number(login)] ?? [];
    if (result === undefined) throw new Error('no such end');
    return result;
  });
  for (const [index, [outcome]] of ends.entries()) {
    await add(String(index));
    await until(async () => (await queue.getJobState(`${index}-1`)) === 'completed');
    t.is((await queue.getJob(`${index}-1`))?.returnvalue, outcome);
    t.true((jobOutcomes as string[]).includes(outcome));
  }
});

test('a run that joined another tells no end', async (t) => {
  let runs = 0;
  const { add, told, queue } = await withWorker(t, async () => {
    runs += 1;
    return { verb: 'joined' };
  });
  await add('a');
  await until(async () => runs === 1 && (await queue.getActiveCount()) === 0);
  t.deepEqual(told.settled, []);
});

test('a paused account’s job comes back later, without losing one of its attempts', async (t) => {
  let isPaused = true;
  const { add, told, queue } = await withWorker(t, async () => {
    if (isPaused) throw new HeldBackError(60_000);
    return settled;
  });
  await add('a');
  await until(async () => (await queue.getDelayedCount()) === 1);
  const job = await queue.getJob('a-1');
  t.is(job?.attemptsMade, 0);
  t.true((job?.delay ?? 0) >= 60_000 && (job?.delay ?? 0) <= 75_000, String(job?.delay));
  t.deepEqual(told.lines, ['wx1']);
  isPaused = false;
  await job?.promote();
  await until(() => told.settled.length === 1);
  t.deepEqual(told.givenUp, []);
});

const refusesWrites = [
  "OOM command not allowed when used memory > 'maxmemory'.",
  "READONLY You can't write against a read only replica.",
];
test('a job that is to wait keeps its attempts while Redis takes no writes for its line', async (t) => {
  const { add, queue, lines } = await withWorker(
    t,
    async () => {
      throw new HeldBackError(60_000);
    },
    { refusals: [...refusesWrites] },
  );
  await add('a');
  await until(async () => (await queue.getDelayedCount()) === 1);
  t.like(await queue.getJob('a-1'), { attemptsMade: 0 });
  t.notRegex(lines.join(), /will run again/);
});

test('nor does it lose one while Redis does not take the job back', async (t) => {
  const { add, queue, lines, worker } = await withWorker(t, async () => {
    throw new HeldBackError(60_000);
  });
  const backend = worker.getBackend();
  const moveToDelayed = backend.moveToDelayed.bind(backend);
  const refusals = refusesWrites.slice(0, 1);
  backend.moveToDelayed = async (...move) => {
    const refusal = refusals.pop();
    if (refusal !== undefined) throw new Error(refusal);
    return moveToDelayed(...move);
  };
  await add('a');
  await until(async () => (await queue.getDelayedCount()) === 1);
  t.like(await queue.getJob('a-1'), { attemptsMade: 0 });
  t.deepEqual(refusals, []);
  t.notRegex(lines.join(), /will run again/);
});

test('how long it waits is reckoned by Redis’s clock, whatever the date of this machine', async (t) => {
  const fastMs = 600_000;
  const redisNow = () => Date.now() - fastMs;
  let stop = () => {};
  const { add, queue, redis, worker } = await withWorker(
    t,
    async () => {
      // It would call the job back at once, as its clock is ahead.
      stop();
      throw new HeldBackError(60_000);
    },
    { clock: { now: redisNow } },
  );
  stop = () => void worker.pause(true);
  await add('a');
  const score = await until(() => redis.zscore(queue.toKey('delayed'), 'a-1'));
  // BullMQ keeps the time in the score, with a counter in its last twelve bits.
  const inMs = Number(score) / 0x1000 - redisNow();
  t.true(inMs > 50_000 && inMs <= 75_000, String(inMs));
});

test('a bug is tried three times, then the login is given up', async (t) => {
  let runs = 0;
  const { add, told, lines } = await withWorker(t, async () => {
    runs += 1;
    throw new Error('code=canary');
  });
  await add('a');
  await until(() => told.givenUp.length === 1);
  t.is(runs, 3);
  t.deepEqual(told.givenUp, ['a a-1']);
  const levels = lines.map((line) => JSON.parse(line) as { level: string; msg: string; login: string });
  t.deepEqual(
    levels.map(({ level, msg, login }) => [level, msg, login]),
    [
      ['warn', 'job will run again', 'a'],
      ['warn', 'job will run again', 'a'],
      ['error', 'job given up', 'a'],
    ],
  );
  t.notRegex(lines.join(), /canary/);
});

test('a job that went down with eleven workers is given up, and takes no twelfth along', async (t) => {
  let runs = 0;
  const { redis, queue, worker, add, told } = await withWorker(t, async () => {
    runs += 1;
    return settled;
  });
  await worker.pause();
  await add('a');
  const { prefix = '' } = worker.opts;
  const eleventh = new Worker(queue.name, null, { connection: redis, prefix, lockDuration: 100 });
  await eleventh.getNextJob('a lock that is never renewed');
  await eleventh.close();
  await redis.hset(queue.toKey('a-1'), 'stc', 10);
  await worker.resume();
  // Two of BullMQ's checks, 2 s apart: the first marks the job, the second finds it without a lock.
  await until(() => told.givenUp.length === 1, { timeoutMs: 30_000 });
  t.deepEqual(told.givenUp, ['a a-1']);
  t.is(runs, 0);
});

test('a bug that passes costs nothing', async (t) => {
  let runs = 0;
  const { add, told } = await withWorker(t, async () => {
    runs += 1;
    if (runs === 1) throw new Error('once');
    return settled;
  });
  await add('a');
  await until(() => told.settled.length === 1);
  t.deepEqual(told.givenUp, []);
});

test('as many jobs are in hand at once as the worker may hold', async (t) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let inHand = 0;
  let most = 0;
  const { add, told } = await withWorker(
    t,
    async () => {
      inHand += 1;
      most = Math.max(most, inHand);
      await promise;
      inHand -= 1;
      return settled;
    },
    { concurrency: 3 },
  );
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map((login) => add(login)));
  await until(() => inHand === 3);
  resolve();
  await until(() => told.settled.length === 5);
  t.is(most, 3);
});

test('a lost worker’s jobs are back within ten seconds, and workers killed again and again fail no login', async (t) => {
  const { worker } = await withWorker(t, async () => settled);
  const { lockDuration = 0, stalledInterval = 0, maxStalledCount, skipStalledCheck = false } = worker.opts;
  t.true(lockDuration + stalledInterval <= 10_000);
  t.is(maxStalledCount, 10);
  t.false(skipStalledCheck);
});

for (const logins of [['a'], ['a', 'b']]) {
  test(`where every worker’s date is behind Redis’s, a job comes back in time (${logins.length} in a job)`, async (t) => {
    const seen: string[] = [];
    const { add, told } = await withWorker(
      t,
      async ({ login }) => {
        seen.push(login);
        if (seen.filter((one) => one === login).length === 1) throw new HeldBackError(500);
        return settled;
      },
      { clock: { now: () => Date.now() + 120_000 } },
    );
    await add(...logins);
    await until(() => told.settled.length === logins.length, { timeoutMs: 20_000 });
    t.deepEqual(told.settled.toSorted(), logins);
  });
}

test('a Redis that takes no writes is asked again each second, not without a pause, and work goes on after it', async (t) => {
  const redis = await startRedis();
  t.teardown(redis.close);
  const own = await withWorker(t, async () => settled, { at: redis.url });
  await own.worker.pause();
  for (const login of ['a', 'b', 'c']) await own.add(login);
  await own.redis.config('SET', 'maxmemory', '1');
  await own.worker.resume();
  const refusals = () => own.lines.filter((line) => line.includes('OOM command not allowed')).length;
  await until(() => refusals() > 0, { timeoutMs: 20_000 });
  const before = refusals();
  await sleep(3_000);
  t.true(refusals() - before <= 10, `${refusals() - before} in 3 s`);
  await own.redis.config('SET', 'maxmemory', '0');
  await until(() => own.told.settled.length === 3, { timeoutMs: 20_000 });
});
