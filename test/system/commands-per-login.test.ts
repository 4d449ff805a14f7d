import test from 'ava';
import { countMongoOperations } from '#bench/counting/mongo-operations.ts';
import { countRedisCommands } from '#bench/counting/redis-commands.ts';
import { startRedis } from '#dev-stores/start-redis.ts';
import { startService } from '#test/support/start-service.ts';
import { withMongo } from '#test/support/with-mongo.ts';

const people = 50;

/** Why each is there: docs/performance.md. More than this needs a reason there first. */
const commandsAllowed: Record<string, number> = {
  'script login:open': 1,
  'script login:record-code': 1,
  'script addStandardJob': 1,
  bzpopmin: 2,
  'script moveToActive': 3,
  'script login:claim': 1,
  'script login:save-token': 1,
  'script login:settle': 1,
  'script moveToFinished': 1,
};
/** A first login: one look, one binding, one line of history. */
const operationsAllowed: Record<string, number> = {
  'query bindings': 1,
  'insert bindings': 1,
  'insert login_history': 1,
  // Remembered for three seconds: how often they are read hangs on the clock, not on the logins.
  'query enterprises': 1,
  'query service_accounts': 1,
};

test('a login costs no more Redis commands and MongoDB operations than are accounted for', async (t) => {
  // A Redis of its own, since nobody else's commands may be counted, and a database of its own for the same reason.
  const redis = await startRedis();
  t.teardown(redis.close);
  const mongo = withMongo(t);
  const service = await startService({ redis: { url: redis.url, prefix: 'counted' }, mongo });
  t.teardown(service.stop);
  const { entId } = await service.seedEnterprise();
  // What is read or loaded once in a process's life is read now.
  for (let n = 0; n < 3; n += 1) await service.person().login(entId);

  let operations: ReadonlyMap<string, number> = new Map();
  const { each } = await countRedisCommands(redis.url, async () => {
    operations = await countMongoOperations(mongo.url, async () => {
      for (let n = 0; n < people; n += 1) {
        const { status } = await service.person().login(entId);
        if (status !== 'ready') throw new Error(`a login ended as ${status}`);
      }
    });
  });

  t.deepEqual(surplus(each, commandsAllowed), {});
  t.deepEqual(surplus(operations, operationsAllowed), {});
  t.true([...each.values()].reduce((sum, count) => sum + count, 0) > people * 5, 'the counting counts');
});

/** What is more than allowed, a login; a twentieth is for what happens once in a while. */
function surplus(counts: ReadonlyMap<string, number>, allowed: Record<string, number>) {
  const perLogin = [...counts].map(([name, count]) => [name, count / people] as const);
  return Object.fromEntries(perLogin.filter(([name, each]) => each > (allowed[name] ?? 0) + 0.05));
}
