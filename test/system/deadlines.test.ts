import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { startService } from '#test/support/start-service.ts';
import { sharedService } from './shared-service.ts';

/** WeChat's five minutes, shortened in the service and in the simulator alike. */
const codeLifetimeMs = 2_500;
const service = await sharedService({
  env: { CODE_LIFETIME_MS: String(codeLifetimeMs), WECHAT_TIMEOUT_MS: '10000' },
});
const { control } = service.simulator;
control.setBehaviour({ codeLifetimeMs });
const exchangesOf = (appid: string) => control.calls({ endpoint: 'access_token', appid }).calls;
/** Before the poll's own 25 s are over: it was the code's death that ended it. */
const endsInTime = (begun: number) => performance.now() - begun < 20_000;

async function someone() {
  const { entId, appid } = await service.seedEnterprise();
  const person = service.person();
  const authorizeUrl = await person.start(entId);
  return { entId, appid, person, authorizeUrl };
}

test('a login whose person never comes back has expired', async (t) => {
  const { person } = await someone();
  t.is((await person.poll()).status, 'pending');
  await sleep(codeLifetimeMs);
  t.deepEqual(await person.poll(), { status: 'failed', reason: 'expired' });
});

test('a login whose calls hang ends when its code dies, and the held answer with it', async (t) => {
  const { person, authorizeUrl, appid } = await someone();
  control.addFault({ kind: 'hang', person: person.name });
  await person.callback(await person.authorize(authorizeUrl));
  const begun = performance.now();
  t.like(await person.poll({ wait: 25 }), { status: 'reauthorize', location: authorizeUrl });
  t.true(endsInTime(begun));
  t.true(exchangesOf(appid).length <= 2);
});

test('a login whose account is paused ends when its code dies', async (t) => {
  const { person, authorizeUrl, appid } = await someone();
  control.addFault({ kind: 'error', errcode: 45_011, appid, endpoint: 'access_token' });
  await person.callback(await person.authorize(authorizeUrl));
  const begun = performance.now();
  t.is((await person.poll({ wait: 25 })).status, 'reauthorize');
  t.true(endsInTime(begun));
});

test('without any worker a login ends when its code dies; a worker that comes later never sends the code', async (t) => {
  await service.killWorker();
  const { person, authorizeUrl, appid } = await someone();
  await person.callback(await person.authorize(authorizeUrl));
  const begun = performance.now();
  t.is((await person.poll({ wait: 25 })).status, 'reauthorize');
  t.true(endsInTime(begun));
  await service.startWorker();
  const { entId } = await service.seedEnterprise();
  t.is((await service.person().login(entId)).status, 'ready');
  t.is(exchangesOf(appid).length, 0);
  // The same login goes on with the next code.
  await person.callback(await person.authorize(authorizeUrl));
  t.is((await person.waitForEnd()).status, 'ready');
});

test('without any worker the page goes back to WeChat by itself twice, then there is a button', async (t) => {
  const idle = await startService({ workers: 0, env: { CODE_LIFETIME_MS: '1000' } });
  t.teardown(idle.stop);
  const { entId } = await idle.seedEnterprise();
  const person = idle.person();
  const authorizeUrl = await person.start(entId);
  const isAutomatic: boolean[] = [];
  for (let round = 0; round < 3; round += 1) {
    await person.callback(await person.authorize(authorizeUrl));
    const view = await person.poll({ wait: 25 });
    t.like(view, { status: 'reauthorize', location: authorizeUrl });
    isAutomatic.push(view.retry_after_ms !== undefined);
  }
  t.deepEqual(isAutomatic, [true, true, false]);
});
