import { Redis } from 'ioredis';
import { runDriver } from '#bench/run-driver.ts';
import { ourNames } from '#bench/subjects/names.ts';
import type { Setting } from '#bench/subjects/setting.ts';
import { spreadAccounts } from '#bench/subjects/spread-accounts.ts';
import { startUs } from '#bench/subjects/us.ts';
import { startRedisCluster } from '#dev-stores/start-redis-cluster.ts';
import { shardPrefix } from '#models/login/job.ts';
import type { Bench, Findings, Row, RowGroup } from './bench.ts';
import { loginTask } from './login-task.ts';
import { middleRow, toRow } from './to-row.ts';
import { warmUp } from './warm-up.ts';

const shardCounts = [1, 2, 3, 4];

/** What a login costs when the accounts are spread over so many queues of a Redis Cluster of three masters. */
export const shards: RowGroup = {
  names: ['shards'],
  async measure(bench: Bench): Promise<Findings> {
    const { setting: shared, size, say } = bench;
    await using cluster = await startRedisCluster();
    const { redis: _, ...others } = shared.pids;
    const masters = Object.fromEntries(cluster.nodes.map(({ pid = 0 }, n) => [`redis-${n + 1}`, pid]));
    const setting: Setting = { ...shared, redisUrl: cluster.url, pids: { ...others, ...masters } };
    const accounts = await spreadAccounts(setting.simulatorUrl);
    const prefix = await prefixOver(cluster.urls);
    const lines: (string | number)[][] = [];
    const owns: number[] = [];
    for (const count of shardCounts) {
      const env = { QUEUE_SHARDS: String(count) };
      await using us = await startUs(setting, { prefix, accounts, env });
      await warmUp({ setting, say }, us, size.warmUp);
      const task = loginTask(setting, us, { warmUp: size.pipesFull, measureMs: size.measureMs });
      const turns: Row[] = [];
      while (turns.length < size.rounds) turns.push(toRow('shards', us, await runDriver(task)));
      const { rate, own = 0, cpu } = middleRow(turns, (row) => row.own ?? 0);
      const times = Object.keys(masters).map((name) => cpu[name] ?? 0);
      owns.push(own);
      const against = `${(own / (owns[0] ?? Number.NaN)).toFixed(2)} ×`;
      const { ingress = 0, workers = 0 } = cpu;
      lines.push([count, rate, own, against, times.join(' / '), ingress, workers]);
      say(`  ${count} shards: ${own} µs a login, masters ${times.join(' / ')}`);
    }
    const title =
      'QUEUE_SHARDS on a Redis Cluster of three masters, 100 people of 12 accounts, WeChat at 0 ms (µs a login)';
    const columns = [
      'shards',
      'logins a second',
      'together',
      'against one',
      'each master',
      'ingress',
      'workers',
    ];
    const [one = Number.NaN, ...more] = owns;
    return {
      tables: [{ title, columns, lines }],
      facts: { [`${ourNames.apart}: shards`]: Math.max(...more) / one },
    };
  },
};

/** A REDIS_PREFIX whose first three shards lie on the three masters: which ones they lie on is up to a hash of it. */
async function prefixOver(urls: readonly string[]): Promise<string> {
  const redis = new Redis(urls[0] ?? '');
  try {
    for (let n = 0; ; n += 1) {
      const prefix = `bench-shards-${n}`;
      const slots = [0, 1, 2].map((shard) => redis.cluster('KEYSLOT', shardPrefix(prefix, shard)));
      const slotsOfEach = 16_384 / urls.length;
      const on = (await Promise.all(slots)).map((slot) => Math.floor(Number(slot) / slotsOfEach));
      if (new Set(on).size === urls.length) return prefix;
    }
  } finally {
    redis.disconnect();
  }
}
