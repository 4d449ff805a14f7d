import test from 'ava';
import { appid, secret, withSimulator } from './with-simulator.ts';

test('an openid is stable for one person and account, and differs for another of either', async (t) => {
  const accounts = { [appid]: secret, wx2: secret };
  const [one, other] = [await withSimulator(t, { accounts }), await withSimulator(t, { accounts })];
  const openid = one.control.mintCode({ appid, person: 'somebody-new' }).openid;
  t.is(other.control.mintCode({ appid, person: 'somebody-new' }).openid, openid);
  t.not(one.control.mintCode({ appid, person: 'somebody-else' }).openid, openid);
  t.not(one.control.mintCode({ appid: 'wx2', person: 'somebody-new' }).openid, openid);
});

test('accounts of one open platform see one unionid', async (t) => {
  const { control, exchange } = await withSimulator(t, {
    accounts: {
      wx1: { secret, openPlatform: 'ours' },
      wx2: { secret, openPlatform: 'ours' },
      wx3: { secret, openPlatform: 'theirs' },
    },
  });
  const unionidAt = async (account: string) => {
    const { code } = control.mintCode({ appid: account, person: 'lilei' });
    return (await exchange(code, { appid: account }))['unionid'];
  };
  const [first, second, third] = [await unionidAt('wx1'), await unionidAt('wx2'), await unionidAt('wx3')];
  t.is(first, second);
  t.not(first, third);
});

test('a person can be given another face while it runs', async (t) => {
  const { control, exchange, mint, read } = await withSimulator(t);
  control.putPerson('lilei', { nickname: '李雷\u0000', headimgurl: '' });
  const { access_token, openid } = (await exchange(mint('lilei'))) as Record<string, string>;
  const profile = await read('/sns/userinfo', { access_token: access_token ?? '', openid: openid ?? '' });
  t.like(profile, { nickname: '李雷\u0000', headimgurl: '', language: 'zh_CN' });
});
