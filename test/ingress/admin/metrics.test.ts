import test from 'ava';
import { withAdminDoor } from '#test/ingress/admin/with-admin-door.ts';

const job = { login: 'l', n: 1, entId: 'acme', appid: 'wx1', recordedAt: 1, diesAt: 2 };

test('/metrics tells depth by state and the age of the oldest waiting job, for each shard', async (t) => {
  const { call, queues } = await withAdminDoor(t, { shards: 2 });
  const begun = Date.now();
  await queues[1]?.add('exchange', job, { jobId: 'a-1', timestamp: begun - 30_000 });
  await queues[1]?.add('exchange', job, { jobId: 'a-2', timestamp: begun - 5_000 });
  await queues[1]?.add('exchange', job, { jobId: 'a-3', delay: 60_000 });
  const { text, headers } = await call('GET', '/metrics');
  t.regex(headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  t.regex(text, /^wechat_queue_jobs\{shard="1",state="waiting"\} 2$/m);
  t.regex(text, /^wechat_queue_jobs\{shard="1",state="delayed"\} 1$/m);
  t.regex(text, /^wechat_queue_jobs\{shard="0",state="waiting"\} 0$/m);
  t.regex(text, /^wechat_queue_oldest_waiting_seconds\{shard="0"\} 0$/m);
  const age = Number(/^wechat_queue_oldest_waiting_seconds\{shard="1"\} ([\d.]+)$/m.exec(text)?.[1]);
  t.true(age >= 30 && age < 40, String(age));
});

test('a job that lets others go first counts as waiting too', async (t) => {
  const { call, queues } = await withAdminDoor(t);
  await queues[0]?.add('exchange', job, { jobId: 'a-1', timestamp: Date.now() - 60_000, priority: 1 });
  await queues[0]?.add('exchange', job, { jobId: 'a-2', timestamp: Date.now() - 50_000, priority: 1 });
  await queues[0]?.add('exchange', job, { jobId: 'a-3' });
  const { text } = await call('GET', '/metrics');
  t.regex(text, /^wechat_queue_jobs\{shard="0",state="prioritized"\} 2$/m);
  t.regex(text, /^wechat_queue_oldest_waiting_seconds\{shard="0"\} 6\d/m);
});

test('/metrics tells the lag of the event loop', async (t) => {
  const { call } = await withAdminDoor(t);
  t.regex((await call('GET', '/metrics')).text, /^nodejs_eventloop_lag_p99_seconds [\d.e-]+$/m);
});

test('while Redis hangs /metrics answers all the same, without stale depths', async (t) => {
  const { call, queues, redisProxy } = await withAdminDoor(t);
  await queues[0]?.add('exchange', job, { jobId: 'a-1' });
  t.regex((await call('GET', '/metrics')).text, /^wechat_queue_jobs/m);
  redisProxy.hang();
  const begun = performance.now();
  const { status, text } = await call('GET', '/metrics');
  t.true(performance.now() - begun < 2_500);
  t.is(status, 200);
  t.regex(text, /^wechat_queue_up\{shard="0"\} 0$/m);
  t.notRegex(text, /^wechat_queue_(jobs|oldest)[a-z_]*\{/m);
});

for (const [store, proxy] of [
  ['redis', 'redisProxy'],
  ['mongo', 'mongoProxy'],
] as const) {
  for (const fault of ['hang', 'cut'] as const) {
    test(`/readyz is 503 within 2 s while ${store} is away (${fault}), /healthz 200`, async (t) => {
      const door = await withAdminDoor(t);
      t.deepEqual((await door.call('GET', '/readyz')).json, { ready: true, redis: 'up', mongo: 'up' });
      door[proxy][fault]();
      const begun = performance.now();
      const answers = await Promise.all(Array.from({ length: 5 }, () => door.call('GET', '/readyz')));
      t.true(performance.now() - begun < 2_000);
      for (const { status, json } of answers) {
        t.is(status, 503);
        t.deepEqual(json, { ready: false, redis: 'up', mongo: 'up', [store]: 'down' });
      }
      t.is((await door.call('GET', '/healthz')).status, 200);
    });
  }
}

test('/readyz is 503 while the process closes', async (t) => {
  const { call, readiness } = await withAdminDoor(t);
  readiness.isReady = false;
  t.like(await call('GET', '/readyz'), { status: 503, json: { ready: false, redis: 'up', mongo: 'up' } });
  t.like(await call('GET', '/healthz'), { status: 200, json: { alive: true } });
});
