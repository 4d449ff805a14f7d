import { randomBytes } from 'node:crypto';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import pWaitFor from 'p-wait-for';
import { cpuTimesOf } from '#bench/cpu-time.ts';
import { type Authorized, createLogIn } from '#bench/driver/log-in.ts';
import { manyAtOnce } from '#bench/driver/loops.ts';
import { setLatency } from '#bench/setting.ts';
import { ourNames } from '#bench/subjects/names.ts';
import { appid, entId, hostUrl, type Setting } from '#bench/subjects/setting.ts';
import { startUs } from '#bench/subjects/us.ts';
import { startRedis } from '#dev-stores/start-redis.ts';
import {
  type ExchangeJob,
  exchangeJobId,
  exchangeJobName,
  exchangeJobOptions,
  exchangeQueueName,
  shardPrefix,
} from '#models/login/job.ts';
import type { Bench, Findings, RowGroup } from './bench.ts';
import { createSettledCounter } from './settled-counter.ts';

const codeLifetimeMs = 300_000;
const batch = 2_000;
const atOnce = 50;

/**
 * What a login costs while others wait, in CPU time of all processes: taking the callback behind them, and working it
 * off in front of them. The jobs between are of logins that nobody began; no worker gets as far as them.
 */
export const depth: RowGroup = {
  names: ['depth'],
  async measure({ setting, size, say }: Bench): Promise<Findings> {
    const lines: number[][] = [];
    for (const waiting of size.depths) {
      const [takingUs, workingOffUs] = await costAt(setting, waiting, size.depthLogins);
      lines.push([waiting, takingUs, workingOffUs, takingUs + workingOffUs]);
      say(`  ${waiting} jobs wait: ${takingUs} + ${workingOffUs} µs`);
    }
    const title = 'CPU time of a login against the jobs that wait (µs, ingress, workers, Redis and mongod)';
    const columns = ['jobs waiting', 'taking the callback', 'working it off', 'together'];
    const ratio = (lines.at(-1)?.[3] ?? Number.NaN) / (lines[0]?.[3] ?? Number.NaN);
    return { tables: [{ title, columns, lines }], facts: { [`${ourNames.apart}: depth`]: ratio } };
  },
};

async function costAt(shared: Setting, waiting: number, count: number): Promise<[number, number]> {
  await using redisServer = await startRedis();
  const counted = { mongod: shared.pids['mongod'] ?? 0, redis: redisServer.pid ?? 0 };
  const setting: Setting = { ...shared, redisUrl: redisServer.url };
  await setLatency(setting, 0, 0);
  await using us = await startUs(setting, { prefix: 'bench-depth', workers: 0 });
  const login = createLogIn({ ...us, simulator: setting.simulatorUrl, hostUrl });
  // All of them before the first callback: behind a backlog nobody is let in.
  const begun = await manyAtOnce(2 * count, atOnce, (n) =>
    login.authorize({ name: `known-${n}`, isNew: false }),
  );
  const callBack = (logins: readonly Authorized[]) =>
    manyAtOnce(logins.length, atOnce, (n) => login.callBack(logins[n] as Authorized));
  await callBack(begun.slice(0, count));
  await addWaiting(setting.redisUrl, us.prefix, waiting);
  const takers = { ...counted, ...us.pids };
  const [empty, full] = [
    cpuTimesOf(takers),
    await callBack(begun.slice(count)).then(() => cpuTimesOf(takers)),
  ];
  const takingUs = between(empty, full) / count;
  login.close();

  await using settled = await createSettledCounter(setting.redisUrl, us.prefix);
  await us.startWorker();
  // The first half warms the worker up.
  await settled.reached(count / 2);
  const all = { ...counted, ...us.pids };
  const [from, before] = [settled.count, cpuTimesOf(all)];
  await settled.reached(count);
  const after = cpuTimesOf(all);
  const workingOffUs = between(before, after) / Math.max(settled.count - from, 1);
  return [Math.round(takingUs), Math.round(workingOffUs)];
}

function between(before: Record<string, number>, after: Record<string, number>): number {
  return Object.keys(after).reduce((sum, name) => sum + (after[name] ?? 0) - (before[name] ?? 0), 0);
}

async function addWaiting(redisUrl: string, prefix: string, waiting: number): Promise<void> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue<ExchangeJob>(exchangeQueueName, { connection, prefix: shardPrefix(prefix, 0) });
  for (let added = 0; added < waiting; added += batch) {
    const recordedAt = Date.now();
    const jobs = Array.from({ length: Math.min(batch, waiting - added) }, () => {
      const login = `00${randomBytes(16).toString('hex')}`;
      const data = { login, n: 1, entId, appid, recordedAt, diesAt: recordedAt + codeLifetimeMs };
      return {
        name: exchangeJobName,
        data,
        // In the lane of a broadcast, as an ingress would put them: before those without a priority they would go first.
        opts: { ...exchangeJobOptions({ isBurst: true }), jobId: exchangeJobId(login, 1), priority: 1 },
      };
    });
    await queue.addBulk(jobs);
  }
  await queue.close();
  // The log of so many adds is written anew by a child process, and meanwhile each page Redis touches is copied first.
  const isQuiet = async () => /aof_rewrite_in_progress:0/.test(await connection.info('persistence'));
  await pWaitFor(isQuiet, { interval: 200, timeout: 60_000 });
  connection.disconnect();
}
