import { insideRedis } from '#bench/counting/inside-redis.ts';
import { countMongoOperations } from '#bench/counting/mongo-operations.ts';
import { countRedisCommands } from '#bench/counting/redis-commands.ts';
import { runDriver } from '#bench/run-driver.ts';
import { setLatency } from '#bench/setting.ts';
import { hasOneProcess, thisCheckout } from '#bench/subjects/checkout.ts';
import type { Setting } from '#bench/subjects/setting.ts';
import { startUs, type Us } from '#bench/subjects/us.ts';
import type { Bench, Findings, RowGroup, Table } from './bench.ts';
import { loginTask } from './login-task.ts';

/** What one login asks of the stores. Counted, not timed: the figures are the same on every machine. */
export const counts: RowGroup = {
  names: ['counts'],
  async measure({ setting, size }: Bench): Promise<Findings> {
    await setLatency(setting, 0, 0);
    const tables: Table[] = [];
    const facts: Record<string, number> = {};
    for (const isOneProcess of [false, true]) {
      if (isOneProcess && !hasOneProcess(thisCheckout)) continue;
      await using us = await startUs(setting, { prefix: 'bench-counts', isOneProcess });
      // What is read or loaded once in a process's life is read now.
      await runDriver({ ...taskOf(setting, us, 1), most: 200 });
      for (const clients of [1, 100]) {
        const counted = await count(setting, us, clients);
        tables.push(counted.table);
        facts[`${us.name}: Redis commands, ${clients}`] = counted.commands;
      }
      if (!isOneProcess) {
        const work = () => runDriver({ ...taskOf(setting, us, 100), most: size.count });
        tables.push(await insideRedis(setting, size.count, work));
      }
    }
    return { tables, facts };
  },
};

/** Few known people, so that half of the logins are of people who are known indeed. */
function taskOf(setting: Setting, us: Us, clients: number) {
  const warmUp = { count: 1, ms: 1_000 };
  const task = loginTask(setting, us, { load: { clients }, warmUp, measureMs: 60_000 });
  return { ...task, knownPeople: 20, pids: {} };
}

async function count(setting: Setting, us: Us, clients: number): Promise<{ table: Table; commands: number }> {
  const most = clients * 50;
  const task = { ...taskOf(setting, us, clients), most };
  let operations: ReadonlyMap<string, number> = new Map();
  const { each } = await countRedisCommands(setting.redisUrl, async () => {
    operations = await countMongoOperations(us.mongoUrl, async () => void (await runDriver(task)));
  });
  const perLogin = (map: ReadonlyMap<string, number>) =>
    [...map].map(([name, times]) => [name, round(times / most)] as const);
  const redis = perLogin(each);
  const mongo = perLogin(operations);
  const people = clients === 1 ? '1 person' : `${clients} people at once`;
  return {
    commands: sum(redis),
    table: {
      title: `What one login asks of the stores, ${us.name}, ${people}`,
      columns: ['command or operation', 'times per login'],
      lines: [
        ...redis.map(([name, times]) => [`Redis ${name}`, times]),
        ['**Redis, together**', sum(redis)],
        ...mongo.map(([name, times]) => [`MongoDB ${name}`, times]),
        ['**MongoDB, together**', sum(mongo)],
      ],
    },
  };
}

const round = (value: number) => Math.round(value * 100) / 100;
const sum = (lines: readonly (readonly [string, number])[]) =>
  round(lines.reduce((total, [, times]) => total + times, 0));
