import { randomUUID } from 'node:crypto';
import test from 'ava';
import { Redis } from 'ioredis';
import pino from 'pino';
import { createIncidents } from '#ingress/operate/incidents.ts';
import { startWatch } from '#ingress/operate/watch.ts';
import { createMinutes } from '#models/counts/minutes.ts';
import { createIncidentModel } from '#models/documents/incident.ts';
import { withMonitoredMongo } from '#test/models/documents/with-monitored-mongo.ts';
import { until } from '#test/support/until.ts';
import { withRedis } from '#test/support/with-redis.ts';

const enterprises = 5_000;

test('a look at five thousand enterprises reads two minutes of Redis and asks MongoDB three times at most', async (t) => {
  const { url, prefix } = withRedis(t);
  const redis = new Redis(url);
  t.teardown(() => redis.disconnect());
  const { mongo, commands } = await withMonitoredMongo(t);
  const model = createIncidentModel(mongo);
  await model.createIndexes();
  const minutes = createMinutes({ redis, prefix, minuteMs: 60_000 });
  const steps = ['sent', 'back', 'exchanged', 'ready', 'told', 'd:total:28', 'd:token:25', 'e:token:timeout'];
  const fields = Array.from({ length: enterprises }, (_, n) =>
    steps.map((step) => [`e${n}|wx${n % 300}|${step}`, 30] as const),
  ).flat();
  for (let from = 0; from < fields.length; from += 5_000)
    await minutes.add({
      name: randomUUID(),
      counts: new Map(fields.slice(from, from + 5_000)),
      firsts: new Map(),
    });

  let reads = 0;
  const counted = {
    ...minutes,
    read: (...asked: Parameters<typeof minutes.read>) => minutes.read(...asked),
  };
  const hgetall = redis.hgetall.bind(redis);
  redis.hgetall = ((...given: Parameters<typeof hgetall>) => {
    reads += 1;
    return hgetall(...given);
  }) as typeof redis.hgetall;
  let looks = 0;
  const perLook: { reads: number; commands: string[] }[] = [];
  const stack = new AsyncDisposableStack();
  // Counts of the minute before: hosts are given a minute to redeem.
  const now = () => Date.now() + 90_000;
  startWatch(stack, {
    isOurs: async () => {
      if (looks > 0) perLook.push({ reads, commands: commands.splice(0) });
      [reads, commands.length] = [0, 0];
      looks += 1;
      return true;
    },
    minutes: counted,
    incidents: createIncidents(model, { calmMs: 30_000 }),
    queues: [],
    standings: () => [],
    waiting: () => 0,
    isPaused: () => false,
    isKnown: () => true,
    lastWorkerAt: () => undefined,
    now,
    onChange: () => {},
    log: pino({ level: 'silent' }),
  });
  await until(() => perLook.length >= 3, { timeoutMs: 60_000, what: 'three looks' });
  await stack.disposeAsync();
  t.true((await model.countDocuments()) > 200, 'there is much to tell');
  for (const { commands: asked } of perLook) t.true(asked.length <= 3, asked.join());
  // Minutes that are over are remembered.
  for (const { reads: asked } of perLook.slice(1)) t.true(asked <= 3, `${asked} minutes read`);
});
