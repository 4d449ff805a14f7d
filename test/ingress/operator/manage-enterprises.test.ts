import { randomBytes } from 'node:crypto';
import test from 'ava';
import { isKeyOf } from '#ingress/host/api-key.ts';
import { digest } from '#operations/digest.ts';
import { withAdminDoor } from '#test/ingress/operator/with-admin-door.ts';
import { acme } from '#test/models/acme.ts';
import { shared } from '#test/support/shared.ts';

const enterprise = {
  appid: 'wx1',
  name: 'Acme 公司',
  login_url: 'https://host.example/login?from=wechat',
  bind_url: 'https://host.example/bind',
  target_prefixes: ['/chat/', 'https://host.example/', 'http://127.0.0.1:3000'],
  unbound: 'bind',
  scope: 'base-first',
  consent_page: true,
};

const door = shared(test, async (t) => {
  const opened = await withAdminDoor(t);
  for (const appid of ['wx1', 'wx2'])
    await opened.call('PUT', `/v1/accounts/${appid}`, { json: { secret: 'secret', name: appid } });
  return opened;
});

/** A name that no other test uses. */
function anEnterprise() {
  const entId = `ent_${randomBytes(8).toString('hex')}`;
  return { entId, path: `/v1/enterprises/${entId}` };
}

test('an enterprise is made with a key that is told once, shown, listed and removed', async (t) => {
  const { call, enterprises, lines } = door();
  const { entId, path } = anEnterprise();
  const made = await call('PUT', path, { json: enterprise });
  t.is(made.status, 201);
  const { api_key: key, ...shown } = made.json;
  t.regex(key, /^[\w-]{43}$/);
  t.deepEqual(shown, { ent_id: entId, ...enterprise, require_state: false, unionid: 'never' });

  const again = await call('PUT', path, { json: enterprise });
  t.is(again.status, 200);
  t.deepEqual(again.json, shown);
  t.deepEqual((await call('GET', path)).json, shown);
  const list = await call('GET', '/v1/enterprises');
  t.deepEqual(
    list.json.enterprises.find(({ ent_id }: { ent_id: string }) => ent_id === entId),
    shown,
  );

  const stored = await enterprises.findOne({ entId }).lean();
  t.is(stored?.apiKeyDigest, digest(key));
  t.false(JSON.stringify([stored, lines]).includes(key));

  t.like(await call('DELETE', path), { status: 200, json: { erased: { bindings: 0, history: 0 } } });
  t.is((await call('GET', path)).status, 404);
  t.is((await call('DELETE', path)).status, 404);
});

test('what the first PUT leaves out gets its default', async (t) => {
  const { call, enterprises } = door();
  const { entId, path } = anEnterprise();
  const { appid, name, login_url } = enterprise;
  const { json } = await call('PUT', path, { json: { appid, name, login_url } });
  const { api_key: _key, ...shown } = json;
  t.deepEqual(shown, {
    ent_id: entId,
    appid,
    name,
    login_url,
    target_prefixes: [],
    unbound: 'create',
    scope: 'snsapi_userinfo',
    consent_page: false,
    require_state: false,
    unionid: 'never',
  });
  const stored = await enterprises.findOne({ entId }).lean();
  t.false(stored !== null && 'bindUrl' in stored);
});

test('a member that a later PUT leaves out stays as it was, and null clears it', async (t) => {
  const { call, enterprises } = door();
  const { entId, path } = anEnterprise();
  await call('PUT', path, { json: { ...enterprise, privacy_url: 'https://host.example/privacy' } });
  const { json: before } = await call('GET', path);
  const renamed = await call('PUT', path, { json: { name: 'Acme & Sons' } });
  t.is(renamed.status, 200);
  t.deepEqual(renamed.json, { ...before, name: 'Acme & Sons' });

  const cleared = await call('PUT', path, {
    json: { unbound: null, bind_url: null, target_prefixes: null, privacy_url: null, consent_page: null },
  });
  const { bind_url: _bind, privacy_url: _privacy, ...rest } = renamed.json;
  t.deepEqual(cleared.json, { ...rest, unbound: 'create', target_prefixes: [], consent_page: false });
  const stored = await enterprises.findOne({ entId }).lean();
  t.false(stored !== null && ('bindUrl' in stored || 'privacyUrl' in stored));
  for (const json of [{ appid: null }, { name: null }, { login_url: null }]) {
    t.is((await call('PUT', path, { json })).status, 400);
  }
});

test('what is left and what is given must fit together', async (t) => {
  const { call } = door();
  const { path } = anEnterprise();
  await call('PUT', path, { json: { ...enterprise, unbound: 'create', bind_url: null } });
  const answer = await call('PUT', path, { json: { unbound: 'bind' } });
  t.is(answer.status, 400);
  t.regex(answer.json.error_description, /^bind_url: is required/);
  t.is((await call('PUT', path, { json: { unbound: 'bind', bind_url: enterprise.bind_url } })).status, 200);
  t.is((await call('PUT', path, { json: { bind_url: null } })).status, 400);
});

test('two PUTs of different members at the same moment both count', async (t) => {
  const { call } = door();
  const { path } = anEnterprise();
  await call('PUT', path, { json: enterprise });
  for (let n = 0; n < 5; n += 1) {
    await Promise.all([
      call('PUT', path, { json: { name: `Name ${n}` } }),
      call('PUT', path, { json: { support: `Call ${n}` } }),
    ]);
    t.like((await call('GET', path)).json, { name: `Name ${n}`, support: `Call ${n}` });
  }
});

test('what people are shown beside the name is kept', async (t) => {
  const { call } = door();
  const { path } = anEnterprise();
  const shown = {
    unionid: 'store',
    privacy_url: 'https://host.example/privacy',
    terms_url: 'https://host.example/terms',
    support: '400-000-0000',
    logo_url: 'https://host.example/logo.png',
    brand_color: '#07c160',
  };
  t.like((await call('PUT', path, { json: { ...enterprise, ...shown } })).json, shown);
  for (const wrong of [
    { unionid: 'yes' },
    { brand_color: 'green' },
    { support: 'a\nb' },
    { logo_url: 'logo' },
  ]) {
    t.is((await call('PUT', path, { json: wrong })).status, 400, JSON.stringify(wrong));
  }
  t.like((await call('GET', path)).json, shown);
});

test('an address of plain http beyond this machine is refused where this service is on https', async (t) => {
  const { call } = door();
  const { path } = anEnterprise();
  for (const member of ['login_url', 'bind_url', 'initiate_login_uri', 'privacy_url']) {
    const answer = await call('PUT', path, { json: { ...enterprise, [member]: 'http://host.example/in' } });
    t.is(answer.status, 400, member);
    t.is(answer.json.error_description, `${member}: must be https, as PUBLIC_URL is`);
    const here = await call('PUT', path, { json: { ...enterprise, [member]: 'http://127.0.0.1:3000/in' } });
    t.true(here.status < 300, member);
  }
});

test('what GET answers can be changed and PUT back', async (t) => {
  const { call } = door();
  const { path } = anEnterprise();
  await call('PUT', path, { json: enterprise });
  const { json } = await call('GET', path);
  const back = await call('PUT', path, { json: { ...json, appid: 'wx2' } });
  t.like(back, { status: 200, json: { ...json, appid: 'wx2' } });
});

test('a rotated key takes the place of the old one', async (t) => {
  const { call, enterprises } = door();
  const { entId, path } = anEnterprise();
  const { json: made } = await call('PUT', path, { json: enterprise });
  const rotated = await call('POST', `${path}/rotate-key`);
  t.is(rotated.status, 200);
  t.deepEqual(Object.keys(rotated.json), ['ent_id', 'api_key']);
  t.not(rotated.json.api_key, made.api_key);
  t.is((await enterprises.findOne({ entId }).lean())?.apiKeyDigest, digest(rotated.json.api_key));
  t.is((await call('POST', '/v1/enterprises/nobody/rotate-key')).status, 404);
});

test('a key may be kept for a while beside the one that follows it', async (t) => {
  const { call, enterprises } = door();
  const { entId, path } = anEnterprise();
  const { json: made } = await call('PUT', path, { json: enterprise });
  const keysOf = async () => {
    const stored = await enterprises.findOne({ entId }).lean();
    const now = Date.now();
    return [made.api_key, ...rotated.map(({ api_key: key }) => key)].map((key) => [
      isKeyOf(stored ?? undefined, digest(key), now),
      isKeyOf(stored ?? undefined, digest(key), now + 601_000),
    ]);
  };
  const rotated: { api_key: string; old_key_until?: string }[] = [];
  const rotate = async (json?: object) =>
    void rotated.push((await call('POST', `${path}/rotate-key`, json && { json })).json);
  await rotate({ keep_old_for: 600 });
  t.regex(rotated[0]?.old_key_until ?? '', /^\d{4}-\d\d-\d\dT/);
  const [yes, no, forAWhile] = [
    [true, true],
    [false, false],
    [true, false],
  ];
  t.deepEqual(await keysOf(), [forAWhile, yes]);
  await rotate({ keep_old_for: 600 });
  t.deepEqual(await keysOf(), [no, forAWhile, yes]);
  await rotate();
  t.is(rotated[2]?.old_key_until, undefined);
  t.deepEqual(await keysOf(), [no, no, no, yes]);
  for (const seconds of [-1, 0.5, 'x', 8 * 86_400]) {
    const refused = await call('POST', `${path}/rotate-key`, { json: { keep_old_for: seconds } });
    t.is(refused.status, 400, String(seconds));
  }
  t.deepEqual(await keysOf(), [no, no, no, yes]);
});

test('of first PUTs at the same moment one tells a key, and that key is the enterprise’s', async (t) => {
  const { call, enterprises } = door();
  const { entId, path } = anEnterprise();
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => call('PUT', path, { json: enterprise })),
  );
  const told = answers.filter(({ json }) => 'api_key' in json);
  t.is(told.length, 1);
  t.is(told[0]?.status, 201);
  t.true(answers.every(({ status }) => status === 200 || status === 201));
  t.is((await enterprises.findOne({ entId }).lean())?.apiKeyDigest, digest(told[0]?.json.api_key));
});

test('an account that is not there is named as the fault', async (t) => {
  const { call, enterprises } = door();
  const { entId, path } = anEnterprise();
  const answer = await call('PUT', path, { json: { ...enterprise, appid: 'wx9' } });
  t.like(answer, { status: 400, json: { error: 'invalid_request' } });
  t.regex(answer.json.error_description, /^appid: there is no such account/);
  t.is(await enterprises.countDocuments({ entId }), 0);
});

test('every fault is listed at once', async (t) => {
  const { call } = door();
  const { path } = anEnterprise();
  const { status, json } = await call('PUT', path, {
    json: {
      login_url: 'host.example',
      unbound: 'bind',
      scope: 'all',
      consent_page: 'yes',
      target_prefixes: ['//x'],
    },
  });
  t.is(status, 400);
  for (const fault of [
    'appid: ',
    'name: ',
    'login_url: ',
    'bind_url: ',
    'scope: ',
    'consent_page: ',
    'target_prefixes.0: ',
  ])
    t.true(json.error_description.includes(fault), `${fault} in ${json.error_description}`);
});

const noAddresses = {
  'a relative one': '/login',
  'one without a scheme': 'host.example/login',
  'one with a fragment': 'https://host.example/#/login',
  'an empty fragment': 'https://host.example/#',
  'a script': 'javascript:alert(1)',
  'an ftp address': 'ftp://host.example/',
  'one with a user name': 'https://user@host.example/',
  'one with a password': 'https://user:pw@host.example/',
  'one without a host': 'https://',
  'one with a line break': 'https://host.example/\nx',
  'one with a space': 'https://host.example/a b',
  'one with a backslash': 'https:\\\\host.example',
  'one with a single slash': 'https:/host.example',
  'an over-long one': `https://host.example/${'x'.repeat(2_100)}`,
  'a number': 7,
};
for (const [what, address] of Object.entries(noAddresses)) {
  test(`no page’s address: ${what}`, async (t) => {
    const { call, enterprises } = door();
    const { entId, path } = anEnterprise();
    for (const field of ['login_url', 'bind_url']) {
      const answer = await call('PUT', path, { json: { ...enterprise, [field]: address } });
      t.is(answer.status, 400);
      t.true(answer.json.error_description.startsWith(`${field}: `));
    }
    t.is(await enterprises.countDocuments({ entId }), 0);
  });
}

for (const prefix of [
  '',
  'chat',
  '//evil.example',
  '/\\evil.example',
  '\\chat',
  'javascript:x',
  'https://a#b',
  ' /chat',
  7,
]) {
  test(`no target prefix: ${JSON.stringify(prefix)}`, async (t) => {
    const { call } = door();
    const { path } = anEnterprise();
    const answer = await call('PUT', path, { json: { ...enterprise, target_prefixes: ['/ok', prefix] } });
    t.is(answer.status, 400);
    t.true(answer.json.error_description.startsWith('target_prefixes.1: '));
  });
}

test('bad bodies and ids are refused, and nothing is stored', async (t) => {
  const { call, enterprises } = door();
  const { entId, path } = anEnterprise();
  for (const json of [
    { ...enterprise, unknown: 1 },
    { ...enterprise, ent_id: 'other' },
    { ...enterprise, appid: { $ne: '' } },
    { ...enterprise, target_prefixes: '/chat' },
    { ...enterprise, target_prefixes: Array(51).fill('/chat') },
    { ...enterprise, api_key: 'mine' },
    null,
    [],
    'x',
  ])
    t.is((await call('PUT', path, { json })).status, 400);
  for (const id of ['a'.repeat(65), 'a.b', 'a%20b', '%24ne'])
    t.is((await call('PUT', `/v1/enterprises/${id}`, { json: enterprise })).status, 400);
  t.is(await enterprises.countDocuments({ entId }), 0);
});

test('more enterprises than a page holds are told in pages', async (t) => {
  const { call, enterprises } = await withAdminDoor(t);
  await enterprises.insertMany(Array.from({ length: 1_200 }, (_, n) => ({ ...acme, entId: `e${n}` })));
  const first = await call('GET', '/v1/enterprises');
  t.is(first.json.enterprises.length, 1_000);
  const second = await call('GET', `/v1/enterprises?cursor=${first.json.next_cursor}`);
  t.is(second.json.next_cursor, undefined);
  const all = [...first.json.enterprises, ...second.json.enterprises].map(
    (one: { ent_id: string }) => one.ent_id,
  );
  t.is(new Set(all).size, 1_200);
  t.is((await call('GET', '/v1/enterprises?cursor=made-up')).status, 400);
});
