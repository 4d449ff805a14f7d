import test from 'ava';
import { Worker } from 'bullmq';
import { jobIdOf } from '#models/login/job-logins.ts';
import { until } from '#test/support/until.ts';
import { HeldBackError } from '#workers/account/held-back-error.ts';
import type { ExchangeResult } from '#workers/exchange/exchange-code.ts';
import { type Hold, startShards } from '#workers/process/start-shards.ts';
import { exchangeOf, settled, withWorker } from './with-worker.ts';

const failed = { ...settled, settlement: { status: 'failed', reason: 'refused' } } as ExchangeResult;

test('the logins of one job are worked off side by side, under the name of their job, and each is told when it has ended', async (t) => {
  const seen: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const { add, told, queue } = await withWorker(t, async ({ login }, jobId) => {
    seen.push(`${login} ${jobId}`);
    if (login === 'a') await promise;
    return login === 'c' ? failed : settled;
  });
  await add('a', 'b', 'c');
  const id = jobIdOf(['a', 'b', 'c'].map(exchangeOf));
  await until(() => told.settled.length === 2);
  t.deepEqual(seen, [`a ${id}`, `b ${id}`, `c ${id}`]);
  t.deepEqual(told.settled.sort(), ['b', 'c']);
  resolve();
  await until(async () => (await queue.getJobState(id)) === 'completed');
  t.deepEqual((await queue.getJob(id))?.returnvalue, { ready: 2, 'failed:refused': 1 });
  t.is((await queue.getJob(id))?.name, 'exchange ×3');
});

test('those whose account is paused stand in its line one by one, and the others are done', async (t) => {
  let isPaused = true;
  const seen: string[] = [];
  const { add, told, queue } = await withWorker(t, async ({ login }, jobId) => {
    seen.push(`${login} ${jobId.slice(0, 3)}`);
    if (login !== 'a' && isPaused) throw new HeldBackError(60_000);
    return settled;
  });
  await add('a', 'b', 'c');
  const id = jobIdOf(['a', 'b', 'c'].map(exchangeOf));
  await until(async () => (await queue.getJobState(id)) === 'completed');
  t.deepEqual((await queue.getJob(id))?.returnvalue, { ready: 1, apart: 2 });
  t.deepEqual(told.settled, ['a']);
  t.deepEqual(told.lines, ['wx1', 'wx1']);
  const delayed = await queue.getDelayed();
  t.deepEqual(delayed.map((job) => job.id).sort(), ['b-1-0', 'c-1-0']);
  for (const { delay, timestamp } of delayed) {
    const inMs = timestamp + delay - Date.now();
    t.true(inMs > 50_000 && inMs <= 75_000, String(inMs));
  }
  isPaused = false;
  seen.length = 0;
  for (const job of delayed) await job.promote();
  await until(() => told.settled.length === 3);
  // Under the name of the job that they were in: a claim of theirs would be its.
  t.deepEqual(seen.sort(), ['b b3-', 'c b3-']);
});

test('they keep their attempts and their place while Redis takes no writes for a moment', async (t) => {
  const refusals = ["OOM command not allowed when used memory > 'maxmemory'."];
  const { add, queue, lines } = await withWorker(
    t,
    async () => {
      throw new HeldBackError(60_000);
    },
    { refusals },
  );
  await add('a', 'b');
  await until(async () => (await queue.getDelayedCount()) === 2);
  t.deepEqual(refusals, []);
  t.notRegex(lines.join(), /will run again/);
});

test('a bug in one login is tried three times and given up, and costs the others nothing', async (t) => {
  const runs: Record<string, number> = {};
  const { add, told } = await withWorker(t, async ({ login }) => {
    runs[login] = (runs[login] ?? 0) + 1;
    if (login === 'b') throw new Error('once and again');
    return settled;
  });
  await add('a', 'b', 'c');
  await until(() => told.givenUp.length === 1);
  t.deepEqual(runs, { a: 1, b: 3, c: 1 });
  t.deepEqual(told.givenUp, [`b ${jobIdOf(['a', 'b', 'c'].map(exchangeOf))}`]);
  t.deepEqual(told.settled.sort(), ['a', 'c']);
});

test('a job of several that lost its worker goes on as jobs of one login each', async (t) => {
  const { redis, queue, worker, add, told } = await withWorker(t, async () => settled, { concurrency: 1 });
  await worker.pause();
  await add('a', 'b');
  const { prefix = '' } = worker.opts;
  const lost = new Worker(queue.name, null, { connection: redis, prefix, lockDuration: 100 });
  await lost.getNextJob('a lock that is never renewed');
  await lost.close();
  await worker.resume();
  const ids: (string | undefined)[] = [];
  worker.on('completed', (job) => ids.push(job.id));
  await until(() => told.settled.length === 2, { timeoutMs: 30_000 });
  await until(() => ids.length === 3);
  t.deepEqual(ids.toSorted(), [jobIdOf(['a', 'b'].map(exchangeOf)), 'a-1-0', 'b-1-0'].toSorted());
});

test('those go on before all that wait, as a lost worker’s job does', async (t) => {
  const { redis, queue, worker, add, told } = await withWorker(t, async () => settled, { concurrency: 1 });
  await worker.pause();
  await add('a', 'b');
  await redis.hset(queue.toKey(jobIdOf(['a', 'b'].map(exchangeOf))), 'stc', 1);
  await add('c');
  await worker.resume();
  await until(() => told.settled.length === 3);
  t.is(told.settled.at(-1), 'c');
});

test('whoever lost its worker twice comes back at a time of its own', async (t) => {
  const { redis, queue, worker, add, told } = await withWorker(t, async () => settled);
  await worker.pause();
  await add('a');
  await redis.hset(queue.toKey('a-1'), 'stc', 2);
  const delays: number[] = [];
  const backend = worker.getBackend();
  const moveToDelayed = backend.moveToDelayed.bind(backend);
  backend.moveToDelayed = async (...move) => {
    delays.push(move[2]);
    return moveToDelayed(...move);
  };
  await worker.resume();
  await until(() => told.settled.length === 1);
  t.is(delays.length, 1, 'once for each loss');
  t.true((delays[0] ?? -1) >= 0 && (delays[0] ?? 0) <= 2_000, String(delays));
});

test('a login that takes long keeps no places of those beside it: others are taken meanwhile', async (t) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let real: Awaited<ReturnType<typeof withWorker>>['worker'] | undefined;
  let held: Hold | undefined;
  const running = startShards({
    shards: 1,
    most: 2,
    start(_shard, { concurrency, hold }) {
      held = hold;
      return {
        get concurrency() {
          return real?.concurrency ?? concurrency;
        },
        set concurrency(allowed) {
          if (real !== undefined) real.concurrency = allowed;
        },
        pause: async (doNotWait) => real?.pause(doNotWait),
        resume: async () => real?.resume(),
        close: async () => {},
      };
    },
  });
  t.teardown(running.close);
  const { worker, add, told } = await withWorker(
    t,
    async ({ login }) => {
      if (login === 'slow') await promise;
      return settled;
    },
    { concurrency: 1, hold: (logins, work) => (held as Hold)(logins, work) },
  );
  t.teardown(resolve);
  await worker.pause();
  real = worker;
  await add('slow', 'b');
  for (const login of ['c', 'd', 'e']) await add(login);
  worker.concurrency = 1;
  await worker.resume();
  await until(() => told.settled.length === 4);
  t.deepEqual(told.settled.sort(), ['b', 'c', 'd', 'e']);
});
