import test from 'ava';
import { startMongo } from '#dev-stores/start-mongo.ts';
import { withService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';

// A primary, a secondary and an arbiter: when the secondary is gone there is a primary still, and no majority of the data.

test('a new person is not ready before a majority has the binding, known people are, and a failover loses nobody', async (t) => {
  const mongo = await startMongo({ members: 3, hasArbiter: true });
  t.teardown(mongo.close);
  const service = await withService(t, { mongo });
  const { entId, appid } = await service.seedEnterprise();
  const binds = await service.seedEnterprise({ appid, unbound: 'bind' });
  const unbound = service.person();
  const bindTicket = (await unbound.login(binds.entId)).ticket;
  const known = service.person();
  t.is((await known.login(entId)).status, 'ready');

  const primary = await mongo.primary();
  const secondary = mongo.members.find((member, at) => at < 2 && member !== primary);
  await secondary?.crash();
  const newcomer = service.person();
  await newcomer.callback(await newcomer.authorize(await newcomer.start(entId)));
  const end = newcomer.waitForEnd({ timeoutMs: 120_000 });
  let isOver = false;
  end.finally(() => {
    isOver = true;
  });

  // Longer than the driver waits for an answer, so that the login has asked again.
  await new Promise((resolve) => setTimeout(resolve, 14_000));
  t.false(isOver, 'ready without a majority');
  const line = () => service.logs().find((one) => one.includes('no_majority'));
  t.truthy(await until(line, { timeoutMs: 40_000 }));
  t.is((await known.login(entId, { timeoutMs: 20_000 })).status, 'ready');
  // Neither the host's word nor its repetition makes a login ready that a failover would undo.
  const bind = () =>
    service.callAs(binds, 'POST', '/v1/bindings', { bind_ticket: bindTicket, user_id: 'u-of-the-host' });
  t.deepEqual([(await bind()).status, (await bind()).status], [503, 503]);
  t.is((await unbound.poll()).status, 'bind');
  const metrics = await (
    await fetch(`${service.workers[0]?.adminUrl}/metrics`, {
      headers: { authorization: `Bearer ${service.adminToken}` },
    })
  ).text();
  t.regex(metrics, /^wechat_store_retries_total\{store="mongo",reason="no_majority"\} [1-9]/m);

  await secondary?.start();
  t.is((await end).status, 'ready');
  t.is(
    (
      await until(async () => {
        const answer = await bind();
        return answer.status !== 503 && answer;
      })
    ).status,
    200,
  );
  const bound = await service.mongo.collection('bindings').find().sort({ _id: 1 }).toArray();
  t.is(bound.length, 3);

  await primary.crash();
  await mongo.waitForPrimary();
  t.is((await newcomer.login(entId, { timeoutMs: 60_000 })).status, 'ready');
  const later = await until(() => service.mongo.collection('bindings').find().sort({ _id: 1 }).toArray(), {
    timeoutMs: 30_000,
  });
  t.deepEqual(
    later.map(({ userId }) => userId),
    bound.map(({ userId }) => userId),
  );
});
