import test from 'ava';
import { appid, secret, withSimulator } from './with-simulator.ts';

const asked = { grant_type: 'client_credential', appid, secret };

function asking({ url }: { url: string }) {
  return async (body: unknown, init: RequestInit = {}): Promise<Record<string, unknown>> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(`${url}/cgi-bin/stable_token`, { method: 'POST', body: text, ...init });
    return JSON.parse(await answer.text());
  };
}

test('an account’s token stays the same until five minutes before its end, and each call is logged', async (t) => {
  let clock = Date.UTC(2026, 0, 1);
  const simulator = await withSimulator(t, { now: () => clock });
  const ask = asking(simulator);
  const first = await ask(asked);
  t.deepEqual(Object.keys(first), ['access_token', 'expires_in']);
  t.is(first['expires_in'], 7_200);
  t.is((await ask({ ...asked, force_refresh: false }))['access_token'], first['access_token']);
  clock += 6_901_000;
  const second = await ask(asked);
  t.not(second['access_token'], first['access_token']);
  const { calls } = simulator.control.calls({ endpoint: 'stable_token', appid });
  t.deepEqual(
    calls.map(({ errcode }) => errcode),
    [0, 0, 0],
  );
});

test('a forced refresh replaces the token, once in 30 s and 20 times a day', async (t) => {
  const simulator = await withSimulator(t, { now: () => clock });
  let clock = Date.UTC(2026, 0, 1);
  const ask = asking(simulator);
  const forced = { ...asked, force_refresh: true };
  const tokens = new Set([(await ask(asked))['access_token'], (await ask(forced))['access_token']]);
  t.is(tokens.size, 2);
  t.true(tokens.has((await ask(forced))['access_token'] as string));
  for (let n = 1; n < 20; n += 1) {
    clock += 30_000;
    tokens.add((await ask(forced))['access_token'] as string);
  }
  t.is(tokens.size, 21);
  clock += 30_000;
  t.is((await ask(forced))['errcode'], 45_009);
});

for (const [what, body, errcode] of [
  ['no JSON', 'grant_type=client_credential', 47_001],
  ['a list', [asked], 47_001],
  ['no appid', { ...asked, appid: '' }, 41_002],
  ['an appid that is no text', { ...asked, appid: 7 }, 41_002],
  ['no secret', { ...asked, secret: '' }, 41_004],
  ['another grant', { ...asked, grant_type: 'authorization_code' }, 40_002],
  ['an unknown appid', { ...asked, appid: 'wx-unknown' }, 40_013],
  ['a wrong secret', { ...asked, secret: 'wrong' }, 40_125],
] as const) {
  test(`${what} is answered ${errcode}`, async (t) => {
    const ask = asking(await withSimulator(t));
    t.is((await ask(body))['errcode'], errcode);
  });
}

test('it is to be posted, has its own quota, and faults strike it', async (t) => {
  const simulator = await withSimulator(t, { behaviour: { minuteQuota: 1 } });
  const ask = asking(simulator);
  t.is((await simulator.read('/cgi-bin/stable_token', asked))['errcode'], 43_002);
  t.is((await ask(asked))['errcode'], undefined);
  t.is((await ask(asked))['errcode'], 45_011);
  simulator.control.addFault({ kind: 'error', errcode: 40_164, endpoint: 'stable_token' });
  t.is((await ask(asked))['errcode'], 40_164);
});
