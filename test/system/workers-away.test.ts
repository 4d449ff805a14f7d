import test from 'ava';
import { Worker } from 'bullmq';
import { connectRedis } from '#connections/connect-redis.ts';
import { exchangeQueueName, shardPrefix } from '#models/login/job.ts';
import { withService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';

const patiently = { timeoutMs: 40_000 };

async function metric(service: Awaited<ReturnType<typeof withService>>, name: string): Promise<number> {
  const headers = { authorization: `Bearer ${service.adminToken}` };
  const text = await (await fetch(`${service.ingresses[0]?.adminUrl}/metrics`, { headers })).text();
  return Number(new RegExp(`^${name} ([\\d.]+)$`, 'm').exec(text)?.[1]);
}

test('with no worker there people are held before WeChat, told why and their place, and let in when one is', async (t) => {
  t.timeout(120_000);
  const service = await withService(t, { workers: 0, signOfLife: false });
  const { entId } = await service.seedEnterprise();
  const start = `/wechatTransfer?ent_id=${entId}&lang=en`;
  // A restart of the workers is no reason to hold anybody.
  const early = await service.person().visit(start);
  t.is(early.status, 302);
  t.is(await metric(service, 'wechat_live_workers'), 0);

  const person = service.person();
  const held = await until(async () => {
    const answer = await person.visit(start);
    return answer.status === 503 && answer;
  }, patiently);
  t.regex(held.text, /part of our service is being restarted/);
  t.regex(held.text, /<dd>1<\/dd>/);
  const retryAfter = Number(held.headers['retry-after']);
  t.true(retryAfter >= 1 && retryAfter <= 24, String(retryAfter));
  t.true(held.text.includes(`http-equiv="refresh" content="${retryAfter}"`));
  // Nor does a callback that begins a login anew lead past the door; the page comes again with the same address.
  const restarted = new URLSearchParams({
    code: 'x',
    state: new URL(early.location).searchParams.get('state') ?? '',
  });
  const lost = service.person();
  const callback = `/wechat/callback?${restarted}`;
  t.is((await lost.visit(callback)).status, 503);
  t.deepEqual(service.simulator.control.calls({ endpoint: 'authorize' }).calls, []);

  await service.startWorker();
  await until(async () => (await metric(service, 'wechat_live_workers')) === 1, patiently);
  await until(async () => (await person.visit(start)).status === 302, patiently);
  await until(async () => (await lost.visit(callback)).status === 302, patiently);
  t.is((await service.person().login(entId)).status, 'ready');
  const told = service.logs().filter((line) => /no worker is there|a worker is there again/.test(line));
  t.is(told.length, 2, told.join('\n'));
});

test('a worker of release 0.1.0 gives no sign of life, and nobody is held beside it', async (t) => {
  t.timeout(120_000);
  const service = await withService(t, { workers: 0, signOfLife: false });
  const { entId } = await service.seedEnterprise();
  const redis = await connectRedis(service.env['REDIS_URL']?.split(',') ?? [], 'consumer');
  // All that the door can see of one: its connection has BullMQ's name.
  const shards = Number(service.env['QUEUE_SHARDS'] ?? 1);
  const older = Array.from(
    { length: shards },
    (_, shard) =>
      new Worker(exchangeQueueName, async () => 'settled', {
        connection: redis,
        prefix: shardPrefix(service.prefix, shard),
      }),
  );
  t.teardown(async () => {
    await Promise.all(older.map((worker) => worker.close(true)));
    redis.disconnect();
  });
  const begun = performance.now();
  let starts = 0;
  // Longer than nobody is missed, and than BullMQ is not asked again.
  while (performance.now() - begun < 18_000) {
    t.is((await service.person().visit(`/wechatTransfer?ent_id=${entId}`)).status, 302);
    starts += 1;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  t.true(starts > 5);
  t.is(await metric(service, 'wechat_live_workers'), 0);
});
