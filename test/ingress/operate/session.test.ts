import test from 'ava';
import { operatorBrowser } from '#test/ingress/operate/operator-browser.ts';
import { adminToken, withAdminDoor } from '#test/ingress/operator/with-admin-door.ts';
import { shared } from '#test/support/shared.ts';
import { until } from '#test/support/until.ts';

const door = shared(test, (t) => withAdminDoor(t));
let made = 0;

const withBrowser = (at = door()) => operatorBrowser(at.origin);

test('a browser signs in with a token, works, and signs out', async (t) => {
  const { visit, signIn } = withBrowser();
  const away = await visit('/operate/anything');
  t.is(away.status, 303);
  t.is(away.headers.get('location'), '/operate/session?next=%2Foperate%2Fanything');
  t.regex((await visit('/operate/session')).text, /name="token"/);
  const inside = await signIn(adminToken);
  t.is(inside.status, 303);
  t.is(inside.headers.get('location'), '/operate');
  t.regex(inside.set ?? '', /; HttpOnly; SameSite=Strict$/);
  t.is((await visit('/v1/accounts')).status, 200);
  t.regex((await visit('/operate/session')).text, /<strong>root<\/strong>/);
  t.is((await visit('/operate/session/end', {})).status, 303);
  t.is((await visit('/v1/accounts')).status, 401);
});

test('signing in is on record, and what Redis has of it opens nothing', async (t) => {
  const { actions, redis, prefix, call } = door();
  const name = `signs-in-${++made}`;
  const { token } = (await call('PUT', `/v1/operators/${name}`, { json: { role: 'support' } })).json;
  const { signIn } = withBrowser();
  const { set } = await signIn(String(token));
  t.like(await actions.findOne({ actor: name }).lean(), { action: 'sign in', role: 'support' });
  const session = /=([\w-]{43})/.exec(set ?? '')?.[1] ?? '';
  t.is(session.length, 43);
  for (const key of await redis.keys(`*${prefix}*:session:*`)) {
    const kept = `${key} ${JSON.stringify(await redis.hgetall(key))}`;
    t.false(kept.includes(session) || kept.includes(String(token)));
  }
});

test('a session ends with its token', async (t) => {
  const { call } = door();
  const name = `goes-${++made}`;
  const { token } = (await call('PUT', `/v1/operators/${name}`, { json: { role: 'viewer' } })).json;
  const { visit, signIn } = withBrowser();
  await signIn(String(token));
  t.is((await visit('/v1/accounts')).status, 200);
  await call('DELETE', `/v1/operators/${name}`);
  await until(async () => (await visit('/v1/accounts')).status === 401);
});

test('wrong tokens, those of a scraper and none are told alike; the sixth of a minute waits', async (t) => {
  const { token } = (await door().call('PUT', '/v1/operators/scraper', { json: { role: 'metrics' } })).json;
  const { signIn } = withBrowser();
  const told = [];
  for (const wrong of ['wrong', String(token), 'x'.repeat(500), 'other', adminToken.slice(1)]) {
    const { status, text, set } = await signIn(wrong);
    t.is(set, null);
    told.push(`${status} ${text}`);
  }
  t.is(new Set(told).size, 1);
  t.true(told[0]?.startsWith('401 '));
  const sixth = await signIn(adminToken);
  t.is(sixth.status, 429);
  t.truthy(sixth.headers.get('retry-after'));
  t.is((await withBrowser().signIn(adminToken)).status, 303);
});

test('behind a proxy that passes on no Host, a form of ADMIN_URL’s pages is ours, and over https the cookie is this host’s alone', async (t) => {
  const adminUrl = 'https://ops.example.com';
  const { visit } = withBrowser(await withAdminDoor(t, { adminUrl }));
  const from = (origin: string) => visit('/operate/session', { token: adminToken }, { origin });
  const inside = await from(adminUrl);
  t.is(inside.status, 303);
  t.regex(inside.set ?? '', /^__Host-[^;]+; .*Secure/i);
  t.is((await from('https://ops.example.com.evil.example')).status, 403);
});

test('where a browser wanted to go is kept over the sign-in: its query, and a change of language', async (t) => {
  const { visit } = withBrowser();
  const wanted = '/operate?window=1h';
  const { headers } = await visit(wanted);
  t.is(headers.get('location'), `/operate/session?next=${encodeURIComponent(wanted)}`);
  const page = await visit(headers.get('location') ?? '');
  const [, other = ''] = /href="(\/operate\/session\?[^"]*lang=zh_CN[^"]*)"/.exec(page.text) ?? [];
  const inChinese = await visit(other.replaceAll('&amp;', '&'));
  t.regex(inChinese.text, /<html lang="zh-CN"/);
  t.true(inChinese.text.includes(`name="next" value="${wanted}"`), inChinese.text);
});

test('a page that looks after its numbers by itself changes no language', async (t) => {
  const { visit } = withBrowser();
  const by = async (dest: string) =>
    (await visit('/operate/session?lang=zh_CN', undefined, { 'sec-fetch-dest': dest })).set;
  t.is(await by('empty'), null);
  t.regex((await by('document')) ?? '', /language=zh_CN/);
});

test('a form that tells nothing of where it comes from, or another site, changes nothing', async (t) => {
  const { visit, signIn } = withBrowser();
  await signIn(adminToken);
  const change = '/v1/signing-keys/rotate';
  t.is((await visit(change, {}, { origin: '', 'sec-fetch-site': '' })).status, 401);
  t.is(
    (await visit(change, {}, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).status,
    403,
  );
  t.is(
    (await visit('/operate/session', { token: adminToken }, { origin: 'https://evil.example' })).status,
    403,
  );
});

for (const elsewhere of [
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example',
  '/v1/accounts',
  '/operate/..//evil',
]) {
  test(`signing in leads to no address like ${elsewhere}`, async (t) => {
    const { visit } = withBrowser();
    const answer = await visit('/operate/session', { token: adminToken, next: elsewhere });
    t.is(answer.status, 303);
    t.regex(answer.headers.get('location') ?? '', /^\/operate(\/|$)/);
    t.false(answer.headers.get('location')?.includes('evil') === true && !elsewhere.startsWith('/operate/'));
  });
}
