import path from 'node:path';
import test from 'ava';
import { Queue } from 'bullmq';
import { execa } from 'execa';
import { connectRedis } from '#connections/connect-redis.ts';
import { exchangeJobOptions, exchangeQueueName, shardPrefix } from '#models/login/job.ts';
import { jobDataOf, jobIdOf } from '#models/login/job-logins.ts';
import { until } from '#test/support/until.ts';
import { withRedis } from '#test/support/with-redis.ts';
import { exchangeOf } from './with-worker.ts';

const program = path.join(import.meta.dirname, '../../fixtures/killed-by-a-login.ts');
/** With the job as a whole, with the jobs that it is split into, then on its own; some who start in the same moment once more. */
const mostDeaths = 6;

test('a login that kills its worker again and again does not take those along that shared its job', async (t) => {
  t.timeout(180_000);
  const { url, prefix } = withRedis(t);
  const redis = await connectRedis([url], 'consumer');
  const queue = new Queue(exchangeQueueName, { connection: redis, prefix: shardPrefix(prefix, 0) });
  let deaths = 0;
  let isOver = false;
  let worker: ReturnType<typeof start> | undefined;
  const start = () => execa(process.execPath, [program, url, prefix], { reject: false });
  async function keepOneAlive() {
    while (!isOver) {
      worker = start();
      await worker;
      deaths += 1;
    }
  }
  const alive = keepOneAlive();
  t.teardown(async () => {
    isOver = true;
    worker?.kill('SIGKILL');
    await alive;
    await queue.close();
    redis.disconnect();
  });

  const others = Array.from({ length: 16 }, (_, at) => `other-${at}`);
  const exchanges = [...others.slice(0, 8), 'killer', ...others.slice(8)].map(exchangeOf);
  await queue.add('exchange', jobDataOf(exchanges), { ...exchangeJobOptions(), jobId: jobIdOf(exchanges) });
  await until(async () => (await redis.scard(`${prefix}:done`)) === others.length, { timeoutMs: 120_000 });
  t.true(deaths >= 2, `the worker died ${deaths} times`);
  t.true(deaths <= mostDeaths, `the worker died ${deaths} times`);
});
