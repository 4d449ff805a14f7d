import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import { withAdminDoor } from '#test/ingress/operator/with-admin-door.ts';
import { until } from '#test/support/until.ts';

type Door = Awaited<ReturnType<typeof withAdminDoor>>;

/** Its deadline is short: on a busy machine a queue that is up may miss it once. */
async function scrape({ call }: Door) {
  return await until(async () => {
    const answer = await call('GET', '/metrics');
    return !/^wechat_queue_up\{.*\} 0$/m.test(answer.text) && answer;
  });
}

const job = { login: 'l', n: 1, entId: 'acme', appid: 'wx1', recordedAt: 1, diesAt: 2 };

test('/metrics tells depth by state and the age of the oldest waiting job, for each shard', async (t) => {
  const door = await withAdminDoor(t, { shards: 2 });
  const { queues } = door;
  const begun = Date.now();
  await queues[1]?.add('exchange', job, { jobId: 'a-1', timestamp: begun - 30_000 });
  await queues[1]?.add('exchange', job, { jobId: 'a-2', timestamp: begun - 5_000 });
  await queues[1]?.add('exchange', job, { jobId: 'a-3', delay: 60_000 });
  const { text, headers } = await scrape(door);
  t.regex(headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  t.regex(text, /^wechat_queue_jobs\{shard="1",state="waiting"\} 2$/m);
  t.regex(text, /^wechat_queue_jobs\{shard="1",state="delayed"\} 1$/m);
  t.regex(text, /^wechat_queue_jobs\{shard="0",state="waiting"\} 0$/m);
  t.regex(text, /^wechat_queue_oldest_waiting_seconds\{shard="0"\} 0$/m);
  const age = Number(/^wechat_queue_oldest_waiting_seconds\{shard="1"\} ([\d.]+)$/m.exec(text)?.[1]);
  t.true(age >= 30 && age < 40, String(age));
});

test('a job that lets others go first counts as waiting too', async (t) => {
  const door = await withAdminDoor(t);
  const { queues } = door;
  await queues[0]?.add('exchange', job, { jobId: 'a-1', timestamp: Date.now() - 60_000, priority: 1 });
  await queues[0]?.add('exchange', job, { jobId: 'a-2', timestamp: Date.now() - 50_000, priority: 1 });
  await queues[0]?.add('exchange', job, { jobId: 'a-3' });
  const { text } = await scrape(door);
  t.regex(text, /^wechat_queue_jobs\{shard="0",state="prioritized"\} 2$/m);
  t.regex(text, /^wechat_queue_oldest_waiting_seconds\{shard="0"\} 6\d/m);
});

test('logins are told, not jobs, where a job has several', async (t) => {
  const door = await withAdminDoor(t);
  const [queue] = door.queues;
  for (const jobId of ['b17-a', 'b3-b', 'a-1'])
    await queue?.add('exchange', job, { jobId, timestamp: Date.now() });
  await queue?.add('exchange', job, { jobId: 'b5-c', priority: 1 });
  const { text } = await scrape(door);
  t.regex(text, /^wechat_queue_jobs\{shard="0",state="waiting"\} 21$/m);
  t.regex(text, /^wechat_queue_jobs\{shard="0",state="prioritized"\} 5$/m);
});

test('/metrics tells the lag of the event loop', async (t) => {
  const { call } = await withAdminDoor(t);
  t.regex((await call('GET', '/metrics')).text, /^nodejs_eventloop_lag_p99_seconds [\d.e-]+$/m);
});

test('while Redis hangs /metrics answers all the same, without stale depths', async (t) => {
  const { call, queues, redisProxy } = await withAdminDoor(t, { deadlineMs: 4_000 });
  await queues[0]?.add('exchange', job, { jobId: 'a-1' });
  await until(async () => /^wechat_queue_jobs\{/m.test((await call('GET', '/metrics')).text));
  redisProxy.hang();
  const { status, text } = await call('GET', '/metrics');
  t.is(status, 200);
  t.regex(text, /^wechat_queue_up\{shard="0"\} 0$/m);
  t.notRegex(text, /^wechat_queue_(jobs|oldest)[a-z_]*\{/m);
});

for (const [store, proxy] of [
  ['redis', 'redisProxy'],
  ['mongo', 'mongoProxy'],
] as const) {
  for (const fault of ['hang', 'cut'] as const) {
    test(`/readyz is 503 while ${store} is away (${fault}), /healthz 200`, async (t) => {
      const door = await withAdminDoor(t);
      const readyz = async (expected: object) => {
        const answer = await door.call('GET', '/readyz');
        return isDeepStrictEqual(answer.json, expected) && answer.status;
      };
      // Its deadline is short: on a busy machine a store that is up may miss it once.
      t.is(await until(() => readyz({ ready: true, redis: 'up', mongo: 'up' })), 200);
      door[proxy][fault]();
      const why = { [store]: 'it does not answer' };
      t.is(await until(() => readyz({ ready: false, redis: 'up', mongo: 'up', [store]: 'down', why })), 503);
      t.is((await door.call('GET', '/healthz')).status, 200);
      door[proxy].heal();
      t.is(await until(() => readyz({ ready: true, redis: 'up', mongo: 'up' }), { timeoutMs: 20_000 }), 200);
    });
  }
}

test('/readyz is 503 while the process closes', async (t) => {
  const { call, readiness } = await withAdminDoor(t);
  readiness.isReady = false;
  t.like(await call('GET', '/readyz'), { status: 503, json: { ready: false } });
  t.like(await call('GET', '/healthz'), { status: 200, json: { alive: true } });
});
