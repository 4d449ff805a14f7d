import { countMongoOperations } from '#bench/counting/mongo-operations.ts';
import { countRedisCommands } from '#bench/counting/redis-commands.ts';
import type { DriverTask } from '#bench/driver/task.ts';
import { runDriver } from '#bench/run-driver.ts';
import { setLatency } from '#bench/setting.ts';
import { openStoreCounters } from '#bench/store-counters.ts';
import { startUs } from '#bench/subjects/us.ts';
import type { Bench, Findings, RowGroup, Table } from './bench.ts';

/** What one login asks of the stores. Counted, not timed: the figures are the same on every machine. */
export const counts: RowGroup = {
  names: ['counts'],
  async measure({ setting, size }: Bench): Promise<Findings> {
    await setLatency(setting, 0, 0);
    await using us = await startUs(setting, { prefix: 'bench-counts' });
    const task: DriverTask = {
      kind: 'logins',
      origins: [us.origin],
      path: us.startPath,
      simulator: setting.simulatorUrl,
      load: { clients: 1 },
      warmUp: { count: 1, ms: 1_000 },
      measureMs: 2_000,
      most: 200,
      newShare: 0.5,
      knownPeople: 20,
      pids: {},
    };
    await runDriver(task);
    const tables: Table[] = [];
    const facts: Record<string, number> = {};
    for (const clients of [1, 100]) {
      const most = clients * 50;
      const counted = { ...task, load: { clients }, most, measureMs: 60_000 };
      let operations: ReadonlyMap<string, number> = new Map();
      const { each } = await countRedisCommands(setting.redisUrl, async () => {
        operations = await countMongoOperations(us.mongoUrl, async () => void (await runDriver(counted)));
      });
      const perLogin = (map: ReadonlyMap<string, number>) =>
        [...map].map(([name, count]) => [name, round(count / most)] as const);
      const redis = perLogin(each);
      const mongo = perLogin(operations);
      facts[`redis-commands-${clients}`] = sum(redis);
      facts[`mongo-operations-${clients}`] = sum(mongo);
      tables.push({
        title: `What one login asks of the stores, ${clients} ${clients === 1 ? 'person' : 'people'} at once`,
        columns: ['command or operation', 'times per login'],
        lines: [
          ...redis.map(([name, times]) => [`Redis ${name}`, times]),
          ['**Redis, together**', sum(redis)],
          ...mongo.map(([name, times]) => [`MongoDB ${name}`, times]),
          ['**MongoDB, together**', sum(mongo)],
        ],
      });
    }

    await using counters = await openStoreCounters(setting);
    const before = (await counters.read()).redis;
    await runDriver({ ...task, load: { clients: 100 }, most: size.count, measureMs: 60_000 });
    const after = (await counters.read()).redis;
    const inside = [...after]
      .map(([name, { calls, usec }]) => {
        const old = before.get(name) ?? { calls: 0, usec: 0 };
        return [
          name,
          round((calls - old.calls) / size.count),
          round((usec - old.usec) / size.count),
        ] as const;
      })
      .filter(([, calls]) => calls >= 0.02)
      .sort((a, b) => b[2] - a[2]);
    const columns = ['command', 'calls per login', 'µs per login'];
    tables.push({ title: 'Inside Redis, 100 people, scripts and what they call', columns, lines: inside });
    return { tables, facts };
  },
};

const round = (value: number) => Math.round(value * 100) / 100;
const sum = (lines: readonly (readonly [string, number])[]) =>
  round(lines.reduce((total, [, times]) => total + times, 0));
