import test from 'ava';
import { until } from '#test/support/until.ts';
import { jobsOf } from './jobs-of.ts';
import { sharedService } from './shared-service.ts';

// A worker is killed with kill -9 while WeChat's answers hang; what was in its hands must find its way.
const service = await sharedService({ env: { WECHAT_TIMEOUT_MS: '15000' } });
const { control } = service.simulator;
const callsOf = (callbackUrl: string) => {
  const code = new URL(callbackUrl).searchParams.get('code') ?? '';
  return control.calls({ endpoint: 'access_token', code }).calls;
};

async function someone() {
  const { entId, appid } = await service.seedEnterprise();
  const person = service.person();
  const authorizeUrl = await person.start(entId);
  return { entId, appid, person, authorizeUrl, callbackUrl: await person.authorize(authorizeUrl) };
}

test('logins in a killed worker’s hands end ready after another one starts, each code sent twice at most', async (t) => {
  const [unseen, spent, named, queued] = [await someone(), await someone(), await someone(), await someone()];
  const hang = { kind: 'hang', endpoint: 'access_token', count: 1 } as const;
  control.addFault({ ...hang, person: unseen.person.name, burns: false });
  control.addFault({ ...hang, person: spent.person.name, burns: true });
  control.addFault({ ...hang, endpoint: 'userinfo', person: named.person.name });
  await Promise.all([unseen, spent, named].map(({ person, callbackUrl }) => person.callback(callbackUrl)));
  const hanging = () =>
    callsOf(unseen.callbackUrl).length === 1 &&
    callsOf(spent.callbackUrl).length === 1 &&
    control.calls({ endpoint: 'userinfo', appid: named.appid }).calls.length === 1;
  await until(hanging, { timeoutMs: 14_000 });
  // WeChat is asked for the person while the token is put on record.
  const [ofNamed = ''] = await service.findKeys(`:login:${named.person.loginId}`);
  await until(async () => (await service.redis.hget(ofNamed, 'stage')) === 'exchanged');
  await service.killWorker('SIGKILL');
  await queued.person.callback(queued.callbackUrl);
  t.is((await queued.person.poll()).status, 'pending');
  await service.startWorker();

  const [first, second, third, fourth] = await Promise.all(
    [unseen, spent, named, queued].map(({ person }) => person.waitForEnd()),
  );
  // WeChat never used this code: it is sent once more.
  t.is(first?.status, 'ready');
  t.is(callsOf(unseen.callbackUrl).length, 2);
  // This one was used, its token is lost: one more call finds that out, and the page authorises again by itself.
  t.like(second, { status: 'reauthorize', location: spent.authorizeUrl });
  t.true(second?.retry_after_ms !== undefined);
  t.is(callsOf(spent.callbackUrl).length, 2);
  await spent.person.callback(await spent.person.authorize(spent.authorizeUrl));
  t.is((await spent.person.waitForEnd()).status, 'ready');
  t.is(callsOf(spent.callbackUrl).length, 2);
  // Here the token was on record: the new worker goes on with it.
  t.is(third?.status, 'ready');
  t.is(callsOf(named.callbackUrl).length, 1);
  t.is(fourth?.status, 'ready');
  t.is(callsOf(queued.callbackUrl).length, 1);
  for (const { entId, person } of [unseen, spent, named, queued]) {
    t.is(await service.mongo.collection('bindings').countDocuments({ entId }), 1);
    t.true((await jobsOf(service, person.loginId)).length <= 2);
  }
});
