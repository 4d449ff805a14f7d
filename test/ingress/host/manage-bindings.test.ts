import test from 'ava';
import { withHostDoor } from '#test/ingress/host/with-host-door.ts';
import { shared } from '#test/support/shared.ts';

const path = '/v1/bindings';
const door = shared(test, withHostDoor);

test('a user’s bindings and an openid’s are found alike', async (t) => {
  const { call, settle } = door();
  const people = await Promise.all([settle('bind'), settle('bind', { unionid: 'oU' })]);
  for (const { ticket } of people)
    await call('POST', path, { json: { bind_ticket: ticket, user_id: 'u 1/ä' } });
  const byUser = await call('GET', `${path}?user_id=${encodeURIComponent('u 1/ä')}`);
  t.is(byUser.json.bindings.length, 2);

  const [, { identity }] = people;
  const byOpenid = await call('GET', `${path}?openid=${identity.openid}`);
  t.is(byOpenid.json.bindings.length, 1);
  const [binding] = byOpenid.json.bindings;
  t.like(binding, {
    user_id: 'u 1/ä',
    appid: identity.appid,
    openid: identity.openid,
    unionid: 'oU',
    nickname: '小明 😀',
  });
  t.regex(binding.created_at, /^\d{4}-.*Z$/);
  t.deepEqual(Object.keys(binding), [
    'user_id',
    'appid',
    'openid',
    'unionid',
    'nickname',
    'avatar_url',
    'created_at',
    'updated_at',
  ]);
});

test('more than a page is told in pages, of all and of one user, each once', async (t) => {
  const { call, bindings } = await withHostDoor(t);
  const now = new Date();
  const documents = Array.from({ length: 2_100 }, (_, n) => ({
    entId: n % 21 === 0 ? 'other' : 'acme',
    appid: n % 2 === 0 ? 'wx1' : 'wx2',
    openid: `o${n}`,
    userId: n % 3 === 0 ? 'many' : `u${n}`,
    nickname: '',
    avatarUrl: '',
    createdBy: 'x',
    createdAt: now,
    updatedAt: now,
  }));
  await bindings.insertMany(documents);
  for (const [query, count] of [
    ['', 2_000],
    ['user_id=many&', 600],
  ] as const) {
    const openids: string[] = [];
    let pages = 0;
    for (let cursor: string | undefined = ''; cursor !== undefined; pages += 1) {
      const { status, json } = await call('GET', `${path}?${query}cursor=${cursor}`);
      t.is(status, 200);
      openids.push(...json.bindings.map(({ openid }: { openid: string }) => openid));
      cursor = json.next_cursor;
    }
    t.is(pages, Math.ceil(count / 1_000));
    t.is(new Set(openids).size, count);
    t.is(openids.length, count);
  }
  t.is((await call('GET', `${path}?cursor=made-up`)).status, 400);
  t.is((await call('GET', path)).status, 400);
});

test('what nobody is bound to is an empty list', async (t) => {
  const { call } = door();
  t.deepEqual((await call('GET', `${path}?user_id=nobody`)).json, { bindings: [] });
  t.deepEqual((await call('GET', `${path}?openid=nobody`)).json, { bindings: [] });
});

test('an unbound person is gone, and unbinding again is 404', async (t) => {
  const { call, settle } = door();
  const { ticket, identity } = await settle('bind');
  await call('POST', path, { json: { bind_ticket: ticket, user_id: 'leaver' } });
  const gone = await call('DELETE', `${path}/${identity.openid}`);
  t.is(gone.status, 204);
  t.is(gone.text, '');
  t.deepEqual((await call('GET', `${path}?user_id=leaver`)).json, { bindings: [] });
  t.is((await call('DELETE', `${path}/${identity.openid}`)).status, 404);
});

test('an enterprise neither sees nor unbinds another’s people', async (t) => {
  const { call, settle, bindings } = door();
  const { ticket, identity } = await settle('bind');
  await call('POST', path, { json: { bind_ticket: ticket, user_id: 'u1' } });
  const auth = 'other:the-key-of-other';
  // Both use one account, and the other knows somebody there too.
  const now = new Date();
  const theirs = { entId: 'other', appid: identity.appid, openid: 'oTheirs', userId: 'u9' };
  await bindings.create({ ...theirs, createdBy: 'x', createdAt: now, updatedAt: now });
  t.deepEqual((await call('GET', `${path}?user_id=u1`, { auth })).json, { bindings: [] });
  t.deepEqual((await call('GET', `${path}?openid=${identity.openid}`, { auth })).json, { bindings: [] });
  t.is((await call('DELETE', `${path}/${identity.openid}`, { auth })).status, 404);
  t.is((await call('GET', `${path}?openid=${identity.openid}`)).json.bindings.length, 1);
});

test('a binding under an account the enterprise used before is found and unbound too', async (t) => {
  const { call, bindings } = door();
  const now = new Date();
  await bindings.create({
    entId: 'acme',
    appid: 'wxformer',
    openid: 'oFormer',
    userId: 'former',
    createdBy: 'x',
    createdAt: now,
    updatedAt: now,
  });
  t.is((await call('GET', `${path}?openid=oFormer`)).json.bindings.length, 1);
  t.is((await call('DELETE', `${path}/oFormer`)).status, 204);
});

test('with MongoDB away looking up and unbinding are told to try again within 5 s', async (t) => {
  const { call, mongoProxy } = await withHostDoor(t);
  mongoProxy.hang();
  const begun = performance.now();
  const answers = await Promise.all([call('GET', `${path}?user_id=u`), call('DELETE', `${path}/o1`)]);
  t.deepEqual(
    answers.map(({ status }) => status),
    [503, 503],
  );
  t.true(performance.now() - begun < 20_000);
});
