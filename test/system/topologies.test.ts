import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { Redis } from 'ioredis';
import { startMongo } from '#dev-stores/start-mongo.ts';
import type { RedisStore } from '#dev-stores/start-redis.ts';
import { startRedisCluster } from '#dev-stores/start-redis-cluster.ts';
import { startRedisReplica } from '#dev-stores/start-redis-replica.ts';
import { shardOf } from '#models/login/store.ts';
import { shared } from '#test/support/shared.ts';
import { type Service, startService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';
import { withProxy } from '#test/support/with-proxy.ts';

// Stores of several servers, and what one cannot show: that a part of them dies. Everything else in this folder runs on
// them by `npm test -- --topology cluster`, `replica` or `replica-set`.
const world = shared(test, async (t) => {
  /** Closed at the end also when something beside it did not start: what is left open holds the whole run up. */
  async function closing<T extends object>(starting: Promise<T>, close: (started: T) => unknown): Promise<T> {
    const started = await starting;
    t.teardown(() => close(started));
    return started;
  }
  const [cluster, pair, mongo] = await Promise.all([
    // Written before it is answered: a node that is killed here must not forget what it said.
    closing(startRedisCluster({ settings: { appendfsync: 'always' } }), (stores) => stores.close()),
    closing(startRedisReplica(), (stores) => stores.close()),
    closing(startMongo({ members: 3 }), (store) => store.close()),
  ]);
  // The address that a failover leaves as it is.
  const proxy = await withProxy(t, {
    host: '127.0.0.1',
    get port() {
      return pair.primary.port;
    },
  });
  const [spread, replicated] = await Promise.all([
    closing(startService({ redis: { url: cluster.url, prefix: 'test' }, mongo }), ({ stop }) => stop()),
    closing(startService({ redis: { url: `redis://127.0.0.1:${proxy.port}`, prefix: 'test' } }), ({ stop }) =>
      stop(),
    ),
  ]);
  return { cluster, pair, mongo, spread, replicated };
});

/** Somebody of an enterprise, and an account, of his own, whom WeChat has just sent back. */
async function someone(service: Service, answeredAfterMs = 0) {
  const { control } = service.simulator;
  const { entId, appid } = await service.seedEnterprise();
  const person = service.person();
  control.addFault({ kind: 'latency', ms: answeredAfterMs, person: person.name, endpoint: 'access_token' });
  const callbackUrl = await person.authorize(await person.start(entId));
  const calls = () => control.calls({ appid, endpoint: 'access_token' }).calls;
  return { entId, person, callbackUrl, calls };
}

const some = (count: number, service: Service, answeredAfterMs?: number) =>
  Promise.all(Array.from({ length: count }, () => someone(service, answeredAfterMs)));
type Someone = Awaited<ReturnType<typeof someone>>;
const endOf = async ({ person, calls }: Someone) => {
  const { status } = await person.waitForEnd();
  return `${status} after ${calls().length}`;
};
const endsOf = async (people: Someone[]) => [...new Set(await Promise.all(people.map(endOf)))];

async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

/** What has not reached the replica by then would be lost. */
const untilReplicated = (url: string) =>
  ask(url, async (redis) => {
    await redis.set('last', 1);
    await redis.wait(1, 5_000);
  });

/** True when a node of a cluster knows that another is gone, and so answers no more itself. */
const isDown = (url: string) =>
  ask(url, async (redis) => (await redis.cluster('INFO')).includes('cluster_state:fail'));

test.serial(
  'on a cluster the logins of many accounts go through several shards, each code once',
  async (t) => {
    const people = await some(12, world().spread);
    t.true(new Set(people.map(({ person }) => shardOf(person.loginId))).size > 1);
    const held = people.map(({ person }) => person.poll({ wait: 25 }));
    const twice = people.flatMap(({ person, callbackUrl }) =>
      [callbackUrl, callbackUrl].map((url) => person.callback(url)),
    );
    t.deepEqual([...new Set((await Promise.all(twice)).map(({ status }) => status))], [303]);
    t.deepEqual([...new Set((await Promise.all(held)).map(({ status }) => status))], ['ready']);
    t.deepEqual(await endsOf(people), ['ready after 1']);
  },
);

test('on a replica logins go on after a failover, and after the primary dies', async (t) => {
  const { replicated, pair } = world();
  const primaryUrl = pair.url;
  for (const end of ['hands over', 'dies'] as const) {
    const [late, ...people] = (await some(6, replicated, 1_000)) as [Someone, ...Someone[]];
    await Promise.all(people.map(({ person, callbackUrl }) => person.callback(callbackUrl)));
    await until(() => people.every(({ calls }) => calls().length === 1));
    const ends = endsOf(people);
    if (end === 'dies') {
      await untilReplicated(pair.url);
      await pair.primary.crash();
    }
    await pair.failover();
    t.deepEqual(await ends, ['ready after 1'], end);
    await late.person.callback(late.callbackUrl);
    t.is(await endOf(late), 'ready after 1', end);
    t.is((await replicated.person().login(late.entId)).status, 'ready', end);
  }
  t.is(pair.url, primaryUrl);
});

test('on a cluster and three MongoDB members logins go on when a worker, the primary and nodes go', async (t) => {
  const { spread, cluster, mongo } = world();
  const [dying, hanging, left] = cluster.nodes as [RedisStore, RedisStore, RedisStore];
  const bound = await spread.mongo.collection('bindings').countDocuments();
  const [unseen, late, people] = await Promise.all([
    someone(spread),
    some(8, spread),
    some(8, spread, 1_000),
  ]);
  const hang = { kind: 'hang', endpoint: 'access_token', count: 1, burns: false } as const;
  spread.simulator.control.addFault({ ...hang, person: unseen.person.name });
  await unseen.person.callback(unseen.callbackUrl);
  await until(() => unseen.calls().length === 1);
  await spread.killWorker();
  await spread.startWorker();
  // A job of a killed worker is taken over after 15 s: time for the rest.
  const takenOver = endOf(unseen);

  await Promise.all(people.map(({ person, callbackUrl }) => person.callback(callbackUrl)));
  await until(() => people.every(({ calls }) => calls().length === 1), { timeoutMs: 20_000 });
  const ends = endsOf(people);
  const { primary } = await spread.mongo.getClient().db('admin').command({ hello: 1 });
  await Promise.all([
    mongo.members.find(({ port }) => String(primary).endsWith(`:${port}`))?.crash(),
    dying.crash(),
  ]);
  const { pid: hangingPid } = hanging;
  if (hangingPid === undefined) throw new Error('the node that is to hang does not run');
  process.kill(hangingPid, 'SIGSTOP');
  await until(() => isDown(left.url), { timeoutMs: 20_000 });
  const answers = await Promise.all(late.map(({ person, callbackUrl }) => person.visit(callbackUrl)));
  t.deepEqual([...new Set(answers.map(({ status }) => status))], [503]);
  // Longer than ioredis by itself would try, and BullMQ wait for a job before it connects anew.
  await sleep(6_000);
  process.kill(hangingPid, 'SIGCONT');
  await cluster.restart();
  t.deepEqual(await ends, ['ready after 1'], 'tokens that came meanwhile were kept');
  await Promise.all(late.map(({ person, callbackUrl }) => person.callback(callbackUrl)));
  t.deepEqual(await endsOf(late), ['ready after 1'], 'workers fetch jobs again');
  t.is(await takenOver, 'ready after 2');
  t.is(await spread.mongo.collection('bindings').countDocuments(), bound + 17);
});
