import test from 'ava';
import { appid, readCallback, state, withSimulator } from './with-simulator.ts';

const named = (id: string) => ({ 'x-simulator-person': id });

test('snsapi_base redirects without a question, with code and state', async (t) => {
  const { authorizeUrl, control, open } = await withSimulator(t);
  const answer = await open(authorizeUrl({ scope: 'snsapi_base' }));
  const callback = readCallback(answer);
  t.is(answer.status, 302);
  t.is(callback.state, state);
  t.like(control.code(callback.code), { appid, person: 'xiaoming', scope: 'snsapi_base', snapshot: false });
});

test("code and state stand behind the redirect URI's own query and before its fragment", async (t) => {
  const { authorizeUrl, open } = await withSimulator(t);
  const answer = await open(
    authorizeUrl({ scope: 'snsapi_base', redirect_uri: 'http://h.test/c?x=%2B#/route' }),
  );
  t.regex(
    answer.headers.get('location') ?? '',
    new RegExp(`^http://h\\.test/c\\?x=%2B&code=\\w{32}&state=${state}#/route$`),
  );
});

test('snsapi_userinfo asks, with the account and the persons to be', async (t) => {
  const { authorizeUrl, open } = await withSimulator(t);
  const answer = await open(authorizeUrl());
  const page = await answer.text();
  t.is(answer.status, 200);
  for (const words of ['示例服务号', '小明 🌸', 'value="lilei"', '允许', '拒绝', '以网页快照打开'])
    t.true(page.includes(words));
  t.false(page.includes('<b>O'));
});

test('allowing calls back as the chosen person, whom the browser then remembers', async (t) => {
  const { authorizeUrl, control, decide, open } = await withSimulator(t);
  const answer = await decide(authorizeUrl(), { decision: 'allow', person: 'lilei' });
  const callback = readCallback(answer);
  t.is(callback.state, state);
  t.like(control.code(callback.code), { person: 'lilei', snapshot: false });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  const silent = readCallback(await open(authorizeUrl({ scope: 'snsapi_base' }), { cookie }));
  t.is(control.code(silent.code).person, 'lilei');
});

test('anybody can be typed in, also in Chinese', async (t) => {
  const { authorizeUrl, control, decide, open } = await withSimulator(t);
  const answer = await decide(authorizeUrl(), { decision: 'allow', person: 'lilei', other: ' 客服 007 ' });
  t.is(control.code(readCallback(answer).code).person, '客服 007');
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = await (await open(authorizeUrl(), { cookie })).text();
  t.true(page.includes('value="客服 007" checked'));
  const order = (text: string) =>
    Array.from(text.matchAll(/type="radio" name="person" value="([^"]*)"/g), ([, id]) => id);
  const before = order(await (await open(authorizeUrl())).text());
  // A browser that comes Back restores what was ticked by its place.
  t.deepEqual(order(page), [...before, '客服 007']);
});

test('refusing calls nobody back', async (t) => {
  const { authorizeUrl, control, decide } = await withSimulator(t);
  const answer = await decide(authorizeUrl(), { decision: 'refuse', person: 'lilei' });
  t.is(answer.status, 200);
  t.true((await answer.text()).includes('你已拒绝授权'));
  t.is(control.calls().calls.filter((call) => call.code !== null).length, 0);
});

test('refusing in the old way redirects with the state only', async (t) => {
  const { authorizeUrl, control, decide } = await withSimulator(t);
  control.setBehaviour({ refusal: 'redirect' });
  const answer = await decide(authorizeUrl(), { decision: 'refuse', person: 'lilei' });
  t.is(readCallback(answer).location.search, `?state=${state}`);
  t.regex(answer.headers.get('set-cookie') ?? '', /^simulator_person=lilei;/);
});

test('the form cannot be talked past the checks of the authorize URL', async (t) => {
  const { authorizeUrl, decide } = await withSimulator(t);
  const answer = await decide(authorizeUrl({ scope: 'snsapi_all' }), { decision: 'allow', person: 'lilei' });
  t.true((await answer.text()).includes('data-page-code="10005"'));
});

test('a person named by header or query is never asked', async (t) => {
  const { authorizeUrl, control, open } = await withSimulator(t);
  const byHeader = readCallback(await open(authorizeUrl(), named('crowd-1')));
  const byQuery = readCallback(await open(authorizeUrl({ person: 'crowd-2' })));
  t.is(control.code(byHeader.code).person, 'crowd-1');
  t.is(control.code(byQuery.code).person, 'crowd-2');
});

test('silent mode asks nobody, not even with forcePopup', async (t) => {
  const { authorizeUrl, control, open } = await withSimulator(t);
  control.setBehaviour({ consent: 'silent', person: 'odd' });
  t.is(control.code(readCallback(await open(authorizeUrl({ forcePopup: 'true' }))).code).person, 'odd');
});

test('who authorised recently is not asked again, unless forcePopup wants it', async (t) => {
  const { authorizeUrl, control, decide, open, putClockForward } = await withSimulator(t);
  control.setBehaviour({ silentForMs: 60_000 });
  await decide(authorizeUrl(), { decision: 'allow', person: 'xiaoming' });
  t.is((await open(authorizeUrl())).status, 302);
  t.is((await open(authorizeUrl({ forcePopup: 'true' }))).status, 200);
  putClockForward(60_000);
  t.is((await open(authorizeUrl())).status, 200);
});

test('in snapshot mode the callback runs with a code that gives a virtual openid', async (t) => {
  const { authorizeUrl, control, exchange, mint, open } = await withSimulator(t);
  control.setBehaviour({ consent: 'snapshot' });
  const callback = readCallback(await open(authorizeUrl(), named('lilei')));
  const visit = await exchange(callback.code);
  t.is(callback.state, state);
  t.is(visit['is_snapshotuser'], 1);
  t.not(visit['openid'], (await exchange(mint('lilei')))['openid']);
});

test('forceSnapShot opens a snapshot page, snsapi_base never does', async (t) => {
  const { authorizeUrl, control, open } = await withSimulator(t);
  const isSnapshot = async (changes: Record<string, string>) =>
    control.code(readCallback(await open(authorizeUrl(changes), named('lilei'))).code).snapshot;
  t.true(await isSnapshot({ forceSnapShot: 'true' }));
  t.false(await isSnapshot({ forceSnapShot: 'true', scope: 'snsapi_base' }));
});

test('after 使用完整服务 the person is asked for real, and comes back with the same state', async (t) => {
  const { authorizeUrl, control, open } = await withSimulator(t, { behaviour: { consent: 'snapshot' } });
  const first = readCallback(await open(authorizeUrl()));
  const fullService = authorizeUrl().replace('/authorize?', '/full-service?');
  t.true((await (await open(fullService)).text()).includes('允许'));
  const second = readCallback(await open(fullService, named('lilei')));
  t.is(second.state, first.state);
  t.not(second.code, first.code);
  t.like(control.code(second.code), { person: 'lilei', snapshot: false });
});

test("the snapshot's frame and the home page lead to the full service", async (t) => {
  const { authorizeUrl, decide, open, url } = await withSimulator(t);
  await decide(authorizeUrl(), { decision: 'snapshot', person: 'lilei' });
  const frame = await open(authorizeUrl().replace('/authorize?', '/snapshot?'));
  for (const page of [await frame.text(), await (await open(url)).text()]) {
    t.true(page.includes('使用完整服务'));
    t.true(page.includes(`/connect/oauth2/full-service?appid=${appid}&amp;redirect_uri=`));
  }
});
