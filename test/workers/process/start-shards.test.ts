import test, { type ExecutionContext } from 'ava';
import { until } from '#test/support/until.ts';
import { startAdaptiveConcurrency } from '#workers/process/adaptive-concurrency.ts';
import { type Hold, type ShardWorker, startShards } from '#workers/process/start-shards.ts';

/** Workers that take as many jobs as they may from queues without an end; a login lasts until the test says so. */
function withShards(t: ExecutionContext, { shards = 4, most = 100, busy = [0, 1, 2, 3], logins = 1 } = {}) {
  const governor = startAdaptiveConcurrency({ most, utilization: () => 0.1, everyMs: 1 });
  const ends: (() => void)[] = [];
  const counts = { working: 0, mostWorking: 0, woken: 0, inHand: Array(shards).fill(0), closed: 0 };
  const { promise: told, resolve: tell } = Promise.withResolvers<void>();
  const workers: ShardWorker[] = [];

  async function login() {
    counts.working += 1;
    counts.mostWorking = Math.max(counts.mostWorking, counts.working);
    await new Promise<void>((resolve) => ends.push(resolve));
    counts.working -= 1;
  }

  function startOne(shard: number, { concurrency, hold }: { concurrency: number; hold: Hold }) {
    const process = () =>
      hold(logins, (inTurn) => Promise.all(Array.from({ length: logins }, () => inTurn(login))));
    const worker = {
      concurrency,
      async pause() {},
      async resume() {
        counts.woken += 1;
      },
      async close() {
        counts.closed += 1;
        await told;
      },
    };
    workers.push(worker);
    const taking = setInterval(() => {
      while (counts.closed === 0 && busy.includes(shard) && counts.inHand[shard] < worker.concurrency) {
        counts.inHand[shard] += 1;
        void process().finally(() => {
          counts.inHand[shard] -= 1;
        });
      }
    }, 1);
    t.teardown(() => clearInterval(taking));
    return worker;
  }
  const running = startShards({ shards, most, governor, start: startOne });
  t.teardown(governor.close);
  return { running, counts, workers, tell, ends };
}

test('all shards together work on no more than the process may', async (t) => {
  const { counts, ends } = withShards(t);
  await until(() => counts.working === 100);
  for (let round = 0; round < 20; round += 1) {
    for (const end of ends.splice(0, 10)) end();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  t.is(counts.mostWorking, 100);
  const held = counts.inHand.reduce((sum, count) => sum + count, 0);
  t.true(held <= 104, `${held} in hand`);
});

test('logins are counted, not jobs: however many a job has, no more are at work, and few jobs are taken too many', async (t) => {
  const { counts, ends } = withShards(t, { shards: 2, busy: [0, 1], logins: 16 });
  // Less than half of a job fits beside these.
  await until(() => counts.working > 92);
  for (let round = 0; round < 40; round += 1) {
    for (const end of ends.splice(0, 10)) end();
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  t.true(counts.mostWorking > 92 && counts.mostWorking <= 100, `${counts.mostWorking} at work`);
  const held = counts.inHand.reduce((sum, count) => sum + count, 0);
  t.true(held <= 12, `${held} jobs in hand`);
});

test('before anything is known of their size only a few jobs are taken at once', (t) => {
  const { workers } = withShards(t, { shards: 1, most: 32 });
  t.is(workers[0]?.concurrency, 8);
});

test('a shard with all the traffic comes to have what the process may', async (t) => {
  const { counts } = withShards(t, { busy: [2] });
  await until(() => counts.working === 100);
  t.is(counts.inHand[2], 100);
});

test('fewer than there are shards is a limit too', async (t) => {
  const { counts } = withShards(t, { most: 2 });
  await until(() => counts.working === 2);
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.is(counts.mostWorking, 2);
});

test('all shards stop at once', async (t) => {
  const { running, counts, tell } = withShards(t);
  const closing = running.close();
  t.is(counts.closed, 4);
  tell();
  await closing;
});
