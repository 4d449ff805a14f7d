import test from 'ava';
import { oddNickname } from '#simulator/people.ts';
import { until } from '#test/support/until.ts';
import { appid, readCallback, withCallback, withSimulator } from './with-simulator.ts';

const named = (id: string) => ({ 'x-simulator-person': id });

test('the next one gets a snapshot page, the one after is asked, and the log says so', async (t) => {
  const { authorizeUrl, control, open } = await withSimulator(t);
  control.addFault({ kind: 'snapshot', count: 1 });
  const first = readCallback(await open(authorizeUrl()));
  t.true(control.code(first.code).snapshot);
  t.true((await (await open(authorizeUrl())).text()).includes('允许'));
  t.deepEqual(
    control.calls().calls.map(({ fault }) => fault),
    ['snapshot', null],
  );
  t.deepEqual(control.faults(), []);
});

test('使用完整服务 is no snapshot again, and snsapi_base never one', async (t) => {
  const { authorizeUrl, control, open } = await withSimulator(t);
  control.addFault({ kind: 'snapshot' });
  const isSnapshot = async (address: string) =>
    control.code(readCallback(await open(address, named('lilei'))).code).snapshot;
  t.true(await isSnapshot(authorizeUrl()));
  t.false(await isSnapshot(authorizeUrl().replace('/authorize?', '/full-service?')));
  t.false(await isSnapshot(authorizeUrl({ scope: 'snsapi_base' })));
});

test('a snapshot is for the account and person it names', async (t) => {
  const { authorizeUrl, control, open } = await withSimulator(t);
  control.addFault({ kind: 'snapshot', person: 'lilei' });
  control.addFault({ kind: 'snapshot', appid: 'wx-another' });
  const isSnapshot = async (id: string) =>
    control.code(readCallback(await open(authorizeUrl(), named(id))).code).snapshot;
  t.false(await isSnapshot('odd'));
  t.true(await isSnapshot('lilei'));
});

for (const second of ['same', 'new'] as const) {
  test(`the next callback is requested by WeChat, too, with the ${second} code`, async (t) => {
    const { authorizeUrl, control, open } = await withSimulator(t);
    const { redirectUri, visits } = await withCallback(t);
    control.addFault({ kind: 'double-callback', second, count: 1 });
    const { code } = readCallback(await open(authorizeUrl({ redirect_uri: redirectUri }), named('lilei')));
    const visit = await until(() => visits[0]);
    t.is(new URL(visit.url ?? '', redirectUri).searchParams.get('code') === code, second === 'same');
    t.like(control.calls({ endpoint: 'callback' }).calls, [{ fault: 'double-callback', appid }]);
    await open(authorizeUrl({ redirect_uri: redirectUri }), named('lilei'));
    t.is(control.calls({ endpoint: 'callback' }).calls.length, 1);
  });
}

test('the next nickname is an odd one, or the one given', async (t) => {
  const { control, exchange, mint, read } = await withSimulator(t);
  const { access_token, openid } = (await exchange(mint('lilei'))) as Record<string, string>;
  const nickname = async () =>
    (await read('/sns/userinfo', { access_token: access_token ?? '', openid: openid ?? '' }))['nickname'];
  control.addFault({ kind: 'nickname', count: 1 });
  control.addFault({ kind: 'nickname', nickname: '微信用户', count: 1 });
  t.is(await nickname(), oddNickname);
  t.is(await nickname(), '微信用户');
  t.is(await nickname(), 'Li Lei');
  t.like(control.calls({ endpoint: 'userinfo' }).calls, [
    { fault: 'nickname' },
    { fault: 'nickname' },
    { fault: null },
  ]);
});
