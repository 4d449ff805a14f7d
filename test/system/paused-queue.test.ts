import test from 'ava';
import { withService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';

const patiently = { timeoutMs: 30_000 };

test('a queue that an operator paused holds people, says so on every page, in the log and the metrics, until it goes on', async (t) => {
  t.timeout(90_000);
  const service = await withService(t, { ingressEnv: { ADMIN_WRITABLE: '1' } });
  const { entId } = await service.seedEnterprise();
  const waiting = service.person();
  const callback = await waiting.authorize(await waiting.start(entId, { lang: 'en' }));

  await service.operate('PUT', '/queues/api/queues/exchange/pause', {});
  const start = `/wechatTransfer?ent_id=${entId}&lang=en`;
  const held = await until(async () => {
    const answer = await service.person().visit(start);
    return answer.status === 503 && answer;
  }, patiently);
  t.regex(held.text, /was paused by its administrator/);

  // Who was at WeChat by then.
  await waiting.callback(callback);
  const page = await waiting.visit(`/logins/${waiting.loginId}`);
  t.regex(page.text, /data-because="paused-by-operator">[^<]*was paused by its administrator/);
  t.regex(page.text, /data-because="no-workers" hidden>/);
  t.deepEqual(JSON.parse((await waiting.visit(`/logins/${waiting.loginId}/status?wait=25&told=`)).text), {
    status: 'pending',
    because: 'paused-by-operator',
  });
  const headers = { authorization: `Bearer ${service.adminToken}` };
  const metrics = await (await fetch(`${service.ingresses[0]?.adminUrl}/metrics`, { headers })).text();
  t.regex(metrics, /^wechat_queue_paused\{shard="0"\} 1$/m);
  t.true(service.logs().some((line) => line.includes('the queue is paused on the dashboard')));

  await service.operate('PUT', '/queues/api/queues/exchange/resume', {});
  t.is((await waiting.waitForEnd()).status, 'ready');
  await until(async () => (await service.person().visit(start)).status === 302, patiently);
});
