import test from 'ava';
import { until } from '#test/support/until.ts';
import { readCallback, state, withCallback, withSimulator } from './with-simulator.ts';

const person = {
  'x-simulator-person': 'lilei',
  cookie: 'session=of-the-browser',
  'user-agent': 'Phone MicroMessenger',
};

test("WeChat's own request of the callback has the same code and no cookie", async (t) => {
  const { authorizeUrl, control, open } = await withSimulator(t, { behaviour: { doubleCallback: 'same' } });
  const { redirectUri, visits } = await withCallback(t);
  const { code } = readCallback(await open(authorizeUrl({ redirect_uri: redirectUri }), person));
  const visit = await until(() => visits[0]);
  t.is(visit.url, `/callback?code=${code}&state=${state}`);
  t.is(visit.headers.cookie, undefined);
  t.is(visit.headers['user-agent'], 'Phone MicroMessenger');
  const logged = await until(() => control.calls({ endpoint: 'callback' }).calls.find((call) => call.status));
  t.like(logged, { code, state, status: 303, person: 'lilei' });
});

test('it may have another code and the same state, both of them good', async (t) => {
  const { authorizeUrl, exchange, open } = await withSimulator(t, {
    behaviour: { doubleCallback: 'new', doubleCallbackFirst: true },
  });
  const { redirectUri, visits } = await withCallback(t);
  const { code } = readCallback(await open(authorizeUrl({ redirect_uri: redirectUri }), person));
  const visited = new URL(visits[0]?.url ?? '', redirectUri).searchParams;
  const other = visited.get('code') ?? '';
  t.is(visited.get('state'), state);
  t.not(other, code);
  t.is((await exchange(other))['openid'], (await exchange(code))['openid']);
});

test('the same callback comes again much later', async (t) => {
  const { authorizeUrl, open } = await withSimulator(t, { behaviour: { lateReplayMs: 20 } });
  const { redirectUri, visits } = await withCallback(t);
  const { code } = readCallback(await open(authorizeUrl({ redirect_uri: redirectUri }), person));
  t.is(visits.length, 0);
  await until(() => visits.length === 1);
  t.is(visits[0]?.url, `/callback?code=${code}&state=${state}`);
});

test('a callback address where nobody listens stops nothing', async (t) => {
  const { authorizeUrl, control, open } = await withSimulator(t, {
    behaviour: { doubleCallback: 'same', doubleCallbackFirst: true },
  });
  t.is((await open(authorizeUrl(), person)).status, 302);
  t.like(control.calls({ endpoint: 'callback' }).calls, [{ status: null, answeredAt: null }]);
});
