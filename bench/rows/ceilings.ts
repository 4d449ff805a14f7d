import getPort from 'get-port';
import type { CeilingResult, CeilingTask } from '#bench/ceilings/task.ts';
import type { LoadKind } from '#bench/driver/task.ts';
import { runInProcess } from '#bench/processes/run-in-process.ts';
import { startProcess } from '#bench/processes/start-process.ts';
import { runDriver } from '#bench/run-driver.ts';
import { setLatency } from '#bench/setting.ts';
import { databaseUrl } from '#bench/subjects/setting.ts';
import type { Bench, Findings, RowGroup } from './bench.ts';
import { toRow } from './to-row.ts';

const warmUp = { ms: 20_000 };

/** The simulator by itself: it must not be what limits the others. */
export const simulator: RowGroup = {
  names: ['simulator'],
  async measure(bench): Promise<Findings> {
    const row = toRow('simulator', 'authorize page and two calls', await drive(bench, 'whole-calls'));
    return { rows: [row] };
  },
};

/** What each part of a login costs when it is all there is. */
export const ceilings: RowGroup = {
  names: ['ceilings'],
  async measure(bench): Promise<Findings> {
    const { size, say } = bench;
    const rows = [];
    for (const [subject, measure] of Object.entries({
      'bare Koa redirect': () => driveProgram(bench, 'koa-redirect'),
      'Koa + one queue.add': () => driveProgram(bench, 'koa-queue-add'),
      'BullMQ no-op jobs': () => inProcess(bench, 'no-op-jobs', {}),
      'single upserts, 100 at once': () => inProcess(bench, 'upserts', { isBulk: false }),
      'bulk upserts of 100': () => inProcess(bench, 'upserts', { isBulk: true }),
      'counting the steps of a login': () => inProcess(bench, 'count-steps', {}),
      'two simulator calls': () => drive(bench, 'calls', size.count),
    })) {
      const row = toRow('ceilings', subject, await measure());
      say(`  ${subject}: ${row.rate}/s`);
      rows.push(row);
    }
    return { rows };
  },
};

async function drive({ setting, size }: Bench, kind: LoadKind, most?: number) {
  await setLatency(setting, 0, 0);
  return runDriver({
    kind,
    origins: [setting.simulatorUrl],
    paths: ['/'],
    simulator: setting.simulatorUrl,
    load: { clients: 100 },
    warmUp: { ...warmUp, count: (most ?? size.count) / 3 },
    measureMs: size.measureMs,
    ...(most !== undefined && { most }),
    newShare: 0.5,
    knownPeople: 5_000,
    pids: { simulator: setting.pids['simulator'] ?? 0 },
  });
}

async function driveProgram({ setting, size }: Bench, name: string) {
  const port = await getPort();
  const origin = `http://127.0.0.1:${port}`;
  await using program = await startProcess({
    command: process.execPath,
    args: [`bench/ceilings/${name}.ts`],
    url: `${origin}/`,
    env: { PORT: String(port), REDIS_URL: setting.redisUrl },
  });
  return await runDriver({
    kind: 'requests',
    origins: [origin],
    paths: ['/wechat/callback?code=c&state=s'],
    simulator: setting.simulatorUrl,
    load: { clients: 100 },
    warmUp: { ...warmUp, count: size.count / 3 },
    measureMs: size.measureMs,
    newShare: 0,
    knownPeople: 1,
    pids: { redis: setting.pids['redis'] ?? 0, itself: program.pid },
  });
}

function inProcess(
  { setting, size }: Bench,
  name: string,
  more: { isBulk?: boolean },
): Promise<CeilingResult> {
  const { redis = 0, mongod = 0 } = setting.pids;
  return runInProcess<CeilingTask, CeilingResult>(new URL(`../ceilings/${name}.ts`, import.meta.url), {
    redisUrl: setting.redisUrl,
    mongoUrl: databaseUrl(setting.mongoUrl, 'bench_ceiling'),
    count: size.count,
    pids: { redis, mongod },
    ...more,
  });
}
