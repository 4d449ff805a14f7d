import { request } from 'node:http';
import { Router } from '@koa/router';
import test from 'ava';
import Koa from 'koa';
import { httpMetrics } from '#ingress/http/middleware/http-metrics.ts';
import { createIngressMetrics } from '#ingress/metrics.ts';
import { withServer } from '#test/ingress/with-server.ts';
import { until } from '#test/support/until.ts';

async function withMeteredApp(t: Parameters<typeof withServer>[0]) {
  const metrics = createIngressMetrics();
  const app = new Koa();
  app.silent = true;
  app.use(httpMetrics(metrics));
  const router = new Router();
  router.get('/logins/:id', (ctx) => {
    ctx.body = 'ok';
  });
  router.get('/hold', () => new Promise(() => {}));
  router.get('/boom', () => {
    throw new Error('boom');
  });
  app.use(router.routes());
  const origin = await withServer(t, app);
  return { metrics, origin };
}

test('requests are timed by route pattern, method and status class, never by path', async (t) => {
  const { metrics, origin } = await withMeteredApp(t);
  for (const path of ['/logins/secret1', '/logins/secret2', '/boom', '/secret3', '/secret4'])
    await fetch(origin + path);
  await fetch(`${origin}/secret5`, { method: 'PATCH' });
  const text = await until(async () => {
    const shown = await metrics.registry.metrics();
    return shown.includes('method="other"') && shown;
  });
  const count = (labels: string) =>
    new RegExp(`^wechat_http_request_duration_seconds_count\\{${labels}\\} (\\d+)$`, 'm').exec(text)?.[1];
  t.is(count('method="GET",route="/logins/:id",status="2xx"'), '2');
  t.is(count('method="GET",route="/boom",status="5xx"'), '1');
  t.is(count('method="GET",route="none",status="4xx"'), '2');
  t.is(count('method="other",route="none",status="4xx"'), '1');
  t.notRegex(text, /secret/);
});

test('an answer whose reader left is counted as aborted', async (t) => {
  const { metrics, origin } = await withMeteredApp(t);
  const asking = request(`${origin}/hold`);
  asking.on('error', () => {});
  asking.end();
  await new Promise((resolve) => asking.once('socket', (socket) => socket.once('connect', resolve)));
  setTimeout(() => asking.destroy(), 50);
  await until(async () => /route="\/hold",status="aborted"\} 1/.test(await metrics.registry.metrics()));
  t.pass();
});
