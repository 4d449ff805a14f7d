import test from 'ava';
import { openLifetimeMs, recordLifetimeMs } from '#models/login/store.ts';
import { newLogin, withLogins } from '#test/models/login/with-logins.ts';

test('a new login is open, pending, and belongs to the browser that began it', async (t) => {
  const { open, records } = withLogins(t);
  const id = await open();
  const login = await records.read(id);
  t.like(login, {
    id,
    stage: 'open',
    status: 'pending',
    browser: newLogin.browser,
    entId: 'acme',
    appid: newLogin.appid,
    target: '/chat/7',
    lang: 'en',
    scope: 'snsapi_userinfo',
    codes: 0,
    rounds: 0,
    isRedeemed: false,
  });
  t.is(login?.recordedAt, undefined);
  t.is(login?.outcome, undefined);
});

test('its record lives for six minutes, and for a quarter of an hour once it has a code', async (t) => {
  const { open, lifetimeOf, records } = withLogins(t);
  const id = await open();
  const left = await lifetimeOf(id);
  t.true(left > openLifetimeMs - 10_000 && left <= openLifetimeMs, String(left));
  await records.recordCode(id, newLogin.browser, 'code digest', 'sealed code');
  t.true((await lifetimeOf(id)) > recordLifetimeMs - 10_000);
});

test('the same opening sent twice makes one login', async (t) => {
  const { store, records, fieldsOf, redis, prefix } = withLogins(t);
  const id = `00${'a'.repeat(32)}`;
  const { scope, appid, target, lang } = newLogin;
  const begun = { entId: 'acme', appid, target, lang, scope, browser: 'b', restarts: 0, enterprise: '' };
  const given = { ...begun, hostState: '', challenge: '', goal: '', lifetimeMs: openLifetimeMs };
  const openIt = () => store.run('open', id, given);
  await openIt();
  const { begun_at: _first, ...first } = await fieldsOf(id);
  await openIt();
  const { begun_at: _second, ...second } = await fieldsOf(id);
  t.deepEqual(second, first);
  t.is((await records.read(id))?.stage, 'open');
  t.is((await redis.keys(`*${prefix}*`)).length, 1);
});

test('an id is a shard and 128 random bits, in characters that WeChat allows in a state', async (t) => {
  const { open } = withLogins(t);
  const ids = await Promise.all(Array.from({ length: 200 }, () => open()));
  t.is(new Set(ids).size, 200);
  for (const id of ids) t.regex(id, /^00[0-9a-f]{32}$/);
});
