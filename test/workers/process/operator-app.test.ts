import test from 'ava';
import { Redis } from 'ioredis';
import { connectMongo } from '#connections/connect-mongo.ts';
import { createStoreProbes } from '#connections/store-probes.ts';
import { digest } from '#operations/digest.ts';
import { createFindOperator } from '#operations/require-operator.ts';
import { withDoorkeeper } from '#test/ingress/with-doorkeeper.ts';
import { withServer } from '#test/ingress/with-server.ts';
import { capturedLog } from '#test/support/captured-log.ts';
import { withMongo } from '#test/support/with-mongo.ts';
import { withRedis } from '#test/support/with-redis.ts';
import { createWorkerMetrics } from '#workers/process/metrics.ts';
import { createWorkerOperatorApp } from '#workers/process/operator-app.ts';

const adminToken = 'operator-token-0123456789';

test('a worker process shows metrics to the operator and health to everybody', async (t) => {
  const { url, prefix } = withRedis(t);
  const redis = new Redis(url);
  t.teardown(() => redis.disconnect());
  const mongo = await connectMongo(withMongo(t).url);
  t.teardown(() => mongo.close());
  const metrics = createWorkerMetrics();
  const { log } = capturedLog();
  const findOperator = createFindOperator(adminToken, async (token) =>
    token === digest('scraper') ? { name: 'prometheus', role: 'metrics' } : undefined,
  );
  const probes = createStoreProbes({ redis, prefix, shards: 1, queues: [], mongo });
  const origin = await withServer(
    t,
    createWorkerOperatorApp({ findOperator, doorkeeper: withDoorkeeper(log), metrics, probes, log }),
  );

  const ready = await fetch(`${origin}/readyz`);
  t.is(ready.status, 200);
  t.deepEqual(await ready.json(), { ready: true, redis: 'up', mongo: 'up' });
  t.is((await fetch(`${origin}/healthz`)).status, 200);
  t.is((await fetch(`${origin}/metrics`)).status, 401);
  t.is((await fetch(`${origin}/v1/accounts`)).status, 401);

  const headers = { authorization: `Bearer ${adminToken}` };
  t.regex(
    await (await fetch(`${origin}/metrics`, { headers })).text(),
    /^# TYPE wechat_api_calls_total counter$/m,
  );
  t.is((await fetch(`${origin}/v1/accounts`, { headers })).status, 404);
  const scraper = { authorization: 'Bearer scraper' };
  t.is((await fetch(`${origin}/metrics`, { headers: scraper })).status, 200);
  t.is((await fetch(`${origin}/v1/accounts`, { headers: scraper })).status, 403);

  const shown = await (await fetch(`${origin}/metrics`, { headers: scraper })).text();
  t.regex(shown, /^wechat_store_up\{store="redis"\} 1$/m);
  t.regex(shown, /^wechat_store_up\{store="mongo"\} 1$/m);
  t.regex(shown, /^wechat_admin_requests_total\{method="GET",status="4xx",role="none"\} 2$/m);
  t.regex(shown, /^wechat_admin_requests_total\{method="GET",status="2xx",role="metrics"\} 1$/m);
  t.regex(shown, /^wechat_admin_requests_total\{method="GET",status="4xx",role="metrics"\} 1$/m);
  t.regex(shown, /^wechat_admin_requests_total\{method="GET",status="5xx",role="operator"\} 0$/m);

  redis.disconnect();
  t.regex(
    await (await fetch(`${origin}/metrics`, { headers: scraper })).text(),
    /^wechat_store_up\{store="redis"\} 0$/m,
  );
  t.like(await (await fetch(`${origin}/readyz`)).json(), { ready: false, redis: 'down', mongo: 'up' });
});
