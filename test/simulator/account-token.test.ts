import test from 'ava';
import { appid, secret, withSimulator } from './with-simulator.ts';

const asked = { grant_type: 'client_credential', appid, secret };
const path = '/cgi-bin/token';

test('an account’s token is new at each call, lives for two hours, and each call is logged', async (t) => {
  const { control, read } = await withSimulator(t);
  const [first, second] = [await read(path, asked), await read(path, asked)];
  t.deepEqual(Object.keys(first), ['access_token', 'expires_in']);
  t.is(first['expires_in'], 7_200);
  t.not(first['access_token'], second['access_token']);
  t.deepEqual(
    control.calls({ endpoint: 'token', appid }).calls.map(({ errcode }) => errcode),
    [0, 0],
  );
});

test('it leaves the stable token alone', async (t) => {
  const { read, url } = await withSimulator(t);
  const stable = async () => {
    const answer = await fetch(`${url}/cgi-bin/stable_token`, {
      method: 'POST',
      body: JSON.stringify(asked),
    });
    return (JSON.parse(await answer.text()) as Record<string, string>)['access_token'];
  };
  const before = await stable();
  t.not((await read(path, asked))['access_token'], before);
  t.is(await stable(), before);
});

for (const [what, changes, errcode] of [
  ['no appid', { appid: '' }, 41_002],
  ['no secret', { secret: '' }, 41_004],
  ['another grant', { grant_type: 'authorization_code' }, 40_002],
  ['an unknown appid', { appid: 'wx-unknown' }, 40_013],
  ['a wrong secret', { secret: 'wrong' }, 40_125],
] as const) {
  test(`${what} is answered ${errcode}`, async (t) => {
    const { read } = await withSimulator(t);
    t.is((await read(path, { ...asked, ...changes }))['errcode'], errcode);
  });
}

test('it is to be got, and faults strike it', async (t) => {
  const { call, control, read } = await withSimulator(t);
  const posted = await call(path, asked, { method: 'POST' });
  t.like(JSON.parse(await posted.text()), { errcode: 43_001 });
  control.addFault({ kind: 'error', errcode: 40_164, endpoint: 'token' });
  t.is((await read(path, asked))['errcode'], 40_164);
});

test('2,000 a day are given, by China’s days, and another account has its own', async (t) => {
  const clock = { now: Date.UTC(2026, 0, 1, 12) };
  const { control, read } = await withSimulator(t, { now: () => clock.now, log: false });
  control.putAccount('wx-other', { secret });
  for (let n = 0; n < 2_000; n += 50) await Promise.all(Array.from({ length: 50 }, () => read(path, asked)));
  t.is((await read(path, asked))['errcode'], 45_009);
  t.is((await read(path, { ...asked, appid: 'wx-other' }))['errcode'], undefined);
  clock.now = Date.UTC(2026, 0, 1, 16);
  t.is((await read(path, asked))['errcode'], undefined);
});
