import test from 'ava';
import { withService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService({ ingresses: 2, env: { LOG_LEVEL: 'debug' } });
const { control } = service.simulator;
type Line = Record<string, unknown>;
const linesOf = (from: { logs: () => string[] }, login: string): Line[] =>
  from
    .logs()
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line['login'] === login);
const endsOf = (from: { logs: () => string[] }, login: string) =>
  linesOf(from, login).filter(({ msg }) => msg === 'login');

test('WeChat’s errcode and where it came from are in the login’s line, and in its history', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  control.addFault({ kind: 'error', errcode: 50_002, person: person.name, endpoint: 'access_token' });
  const { id } = await person.login(entId);
  const [line] = await until(() => endsOf(service, id).length === 1 && endsOf(service, id));
  const trouble = { outcome: 'failed', reason: 'refused', errcode: 50_002, endpoint: 'token' };
  t.like(line, trouble);
  const history = service.mongo.collection('login_history');
  t.like(await until(() => history.findOne({ _id: `${id}:1` as never })), trouble);
});

test('so is why a login went without a nickname', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  control.addFault({ kind: 'error', errcode: 45_011, person: person.name, endpoint: 'userinfo' });
  const { id, status } = await person.login(entId);
  t.is(status, 'ready');
  t.like(await until(() => endsOf(service, id)[0]), {
    outcome: 'ready',
    errcode: 45_011,
    endpoint: 'userinfo',
  });
});

test('a login that the person refused leaves one line', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  await person.start(entId);
  for (const _ of ['once', 'and Back']) await person.visit(`/wechat/callback?state=${person.loginId}`);
  t.like(await until(() => endsOf(service, person.loginId)[0]), {
    entId,
    outcome: 'failed',
    reason: 'refused',
  });
  t.is(endsOf(service, person.loginId).length, 1);
});

test('every step of a login is there for whoever asks for it, and none of it is a secret', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  const callbackUrl = await person.authorize(await person.start(entId));
  const code = new URL(callbackUrl).searchParams.get('code') ?? '';
  await person.callback(callbackUrl);
  await person.waitForEnd();
  const steps = await until(() => {
    const lines = linesOf(service, person.loginId).filter(({ level }) => level === 'debug');
    return lines.some(({ msg }) => msg === 'settled') && lines;
  });
  t.deepEqual(
    steps.map(({ msg }) => msg),
    ['claimed', 'paid for', 'exchanged', 'settled'],
  );
  t.true(code.length > 10);
  t.false(service.logs().some((line) => line.includes(code)));
});

test('a login whose time runs out without a worker leaves one line, however many pages ask of however many ingresses', async (t) => {
  const idle = await withService(t, { ingresses: 2, workers: 0, env: { CODE_LIFETIME_MS: '1000' } });
  const { entId } = await idle.seedEnterprise();
  const person = idle.person();
  await person.start(entId);
  await until(async () => (await person.poll()).status === 'failed');
  const cookies = [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  for (const { url } of [...idle.ingresses, ...idle.ingresses]) {
    await fetch(`${url}/logins/${person.loginId}/status`, { headers: { cookie: cookies } });
  }
  t.like(await until(() => endsOf(idle, person.loginId)[0]), { entId, outcome: 'failed', reason: 'expired' });
  t.is(endsOf(idle, person.loginId).length, 1);
});
