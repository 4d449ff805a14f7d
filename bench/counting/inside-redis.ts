import { Redis } from 'ioredis';
import type { Table } from '#bench/rows/bench.ts';
import type { Setting } from '#bench/subjects/setting.ts';

/** Rarer commands are nobody's in particular. */
const seldom = 0.02;

type Stats = ReadonlyMap<string, { readonly calls: number; readonly usec: number }>;

/** What Redis itself says of its commands while `work` on `count` logins runs, those that scripts call inside them too. */
export async function insideRedis(
  { redisUrl }: Setting,
  count: number,
  work: () => Promise<unknown>,
): Promise<Table> {
  const redis = new Redis(redisUrl);
  const before = await statsOf(redis);
  await work();
  const after = await statsOf(redis);
  redis.disconnect();
  const each = (total: number) => Math.round((total / count) * 100) / 100;
  const lines = [...after]
    .map(([name, { calls, usec }]) => {
      const old = before.get(name) ?? { calls: 0, usec: 0 };
      return [name, each(calls - old.calls), each(usec - old.usec)] as const;
    })
    .filter(([, calls]) => calls >= seldom)
    .sort((a, b) => b[2] - a[2]);
  const title = 'Inside Redis, 100 people, scripts and what they call';
  return { title, columns: ['command', 'calls per login', 'µs per login'], lines };
}

async function statsOf(redis: Redis): Promise<Stats> {
  const lines = (await redis.info('commandstats')).matchAll(/cmdstat_([^:]+):calls=(\d+),usec=(\d+)/g);
  const reads = /total_reads_processed:(\d+)/.exec(await redis.info('stats'))?.[1];
  return new Map([
    ...Array.from(lines, ([, name = '', calls, usec]) => {
      return [name, { calls: Number(calls), usec: Number(usec) }] as const;
    }),
    ['(socket reads)', { calls: Number(reads), usec: 0 }],
  ]);
}
