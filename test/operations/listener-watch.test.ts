import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import test from 'ava';
import { Registry } from 'prom-client';
import { listen } from '#operations/http-server.ts';
import { createListenerMetrics } from '#operations/listener-metrics.ts';
import { createListenerWatch } from '#operations/listener-watch.ts';
import { capturedLog } from '#test/support/captured-log.ts';
import { until } from '#test/support/until.ts';

test('drops are counted each and told once', async (t) => {
  const { log, lines } = capturedLog();
  const registry = new Registry();
  const watch = createListenerWatch({
    listener: 'public',
    metrics: createListenerMetrics(registry, []),
    log,
  });
  watch.opened(createServer());
  t.regex(await registry.metrics(), /wechat_dropped_connections_total\{listener="public",reason="full"\} 0/);
  for (let n = 0; n < 20; n += 1) watch.dropped('full');
  t.is(lines.length, 1);
  t.like(JSON.parse(lines[0] ?? ''), { level: 'warn', listener: 'public', reason: 'full' });
  t.regex(await registry.metrics(), /wechat_dropped_connections_total\{listener="public",reason="full"\} 20/);
});

test('a full listener says so, and its connections are shown', async (t) => {
  const { log, lines } = capturedLog();
  const registry = new Registry();
  const watch = createListenerWatch({
    listener: 'public',
    metrics: createListenerMetrics(registry, []),
    log,
  });
  const server = await listen((_request, response) => response.end(), {
    host: '127.0.0.1',
    port: 0,
    maxConnections: 1,
    watch,
  });
  t.teardown(() => {
    server.server.closeAllConnections();
    return server.close();
  });
  const [first, second] = [connect(server.port, '127.0.0.1'), connect(server.port, '127.0.0.1')];
  t.teardown(() => {
    first.destroy();
    second.destroy();
  });
  await Promise.race([once(first, 'close'), once(second, 'close')]);
  await until(() => lines.length === 1);
  t.like(JSON.parse(lines[0] ?? ''), { reason: 'full', msg: 'connections are dropped' });
  t.regex(await registry.metrics(), /wechat_open_connections\{listener="public"\} 1/);
});
