import test from 'ava';
import * as openApi from '#ingress/openapi/operator-answers.ts';
import { until } from '#test/support/until.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService();
const { control } = service.simulator;

async function testSecret(appid: string, headers: Record<string, string> = {}) {
  const answer = await service.operate('POST', `/v1/accounts/${appid}/test`, undefined, headers);
  return { status: answer.status, text: answer.text, ...openApi.secretTest.parse(answer.json()) };
}

test('a worker asks WeChat whether it takes the secret, and nothing of the token is kept', async (t) => {
  const { appid, secret } = await service.seedAccount();
  const tested = await testSecret(appid);
  t.like(tested, { status: 200, tested: true, ok: true });
  t.deepEqual(
    tested.checks.map(({ call, result }) => [call, result]),
    [
      ['stable_token', 'ok'],
      ['token', '40029'],
    ],
  );
  t.regex(tested.means, /logins are possible/);
  const { calls } = control.calls({ appid });
  t.deepEqual(
    calls.map(({ endpoint, errcode }) => [endpoint, errcode]),
    [
      ['stable_token', 0],
      ['access_token', 40_029],
    ],
  );
  const told = [tested.text, ...service.logs()].join('\n');
  t.false(told.includes(secret));
  t.notRegex(told, /61_[\w-]{50}|access_token/);
  t.truthy(await service.mongo.collection('operator_actions').findOne({ action: 'test the secret' }));
});

test('a wrong secret, an IP list, a silent WeChat and an unknown account are told by their words', async (t) => {
  const wrong = await service.seedAccount({ secret: 'wrong' });
  control.putAccount(wrong.appid, { secret: 'right' });
  t.like(await testSecret(wrong.appid), {
    ok: false,
    checks: [{ result: '40125' }, { result: '40125' }],
    means: 'The AppSecret is wrong or was reset',
  });
  t.regex((await testSecret(wrong.appid, { 'accept-language': 'zh-CN' })).means, /AppSecret 错误/);
  // Mended a moment ago.
  await service.operate('PUT', `/v1/accounts/${wrong.appid}`, { secret: 'right' });
  t.true((await testSecret(wrong.appid)).ok);

  const listed = await service.seedAccount();
  control.addFault({ kind: 'error', errcode: 40_164, endpoint: 'stable_token', appid: listed.appid });
  const refused = await testSecret(listed.appid);
  t.like(refused, { ok: false, checks: [{ result: '40164' }, { result: '40029' }] });
  t.regex(refused.do, /IP list.* 127\.0\.0\.1\.$/, 'the address that WeChat saw');

  const { appid } = await service.seedAccount();
  control.addFault({ kind: 'reset', endpoint: 'access_token', appid });
  t.like(await testSecret(appid), { ok: false, checks: [{ result: 'ok' }, { result: 'network' }] });
  t.is((await service.operate('POST', '/v1/accounts/wx-unknown/test')).status, 404);
});

test.serial(
  'where no worker takes the test, the answer says so after ten seconds, and no test is left behind',
  async (t) => {
    const { appid } = await service.seedAccount();
    await service.killWorker('SIGTERM');
    const tested = await testSecret(appid);
    t.like(tested, { status: 200, tested: false, ok: false, checks: [] });
    t.regex(tested.means, /No worker/);
    await service.startWorker();
    t.true((await testSecret(appid)).ok);
    await until(() => control.calls({ endpoint: 'stable_token', appid }).calls.length === 1);
  },
);
