import { randomBytes } from 'node:crypto';
import test from 'ava';
import { secretPlace } from '#models/documents/service-account.ts';
import { withAdminDoor } from '#test/ingress/operator/with-admin-door.ts';
import { shared } from '#test/support/shared.ts';

const door = shared(test, withAdminDoor);
const account = {
  secret: 'canary-secret-0123456789abcdef',
  name: 'Acme 服务号',
  verify_files: { 'MP_verify_2DCaFsV02WRKsdf2.txt': '2DCaFsV02WRKsdf2' },
};
/** A name that no other test uses. */
function anAccount() {
  const appid = `wx${randomBytes(8).toString('hex')}`;
  const shown = { appid, name: account.name, verify_files: account.verify_files };
  return { appid, path: `/v1/accounts/${appid}`, shown };
}

test('the original id that an account’s page shows beside its appid is told apart', async (t) => {
  const { call } = await withAdminDoor(t);
  const answer = await call('PUT', '/v1/accounts/gh_0123456789ab', { json: { name: 'Acme', secret: 's' } });
  t.is(answer.status, 400);
  t.regex(answer.text, /original id .* the appid begins with wx/);
});

test('an account is made, shown without its secret, listed and removed', async (t) => {
  const { call, lines } = door();
  const { appid, path, shown } = anAccount();
  const made = await call('PUT', path, { json: account });
  t.is(made.status, 201);
  t.deepEqual(made.json, shown);
  t.deepEqual((await call('GET', path)).json, shown);
  const list = await call('GET', '/v1/accounts');
  t.deepEqual(
    list.json.accounts.find((listed: { appid: string }) => listed.appid === appid),
    shown,
  );
  t.is((await call('DELETE', path)).status, 204);
  t.is((await call('GET', path)).status, 404);
  t.is((await call('DELETE', path)).status, 404);
  t.false((made.text + list.text + lines.join('')).includes(account.secret));
});

test('the secret is sealed at rest, for its place', async (t) => {
  const { call, accounts, sealer } = door();
  const { appid, path } = anAccount();
  await call('PUT', path, { json: account });
  const stored = await accounts.findOne({ appid }).lean();
  t.false(JSON.stringify(stored).includes(account.secret));
  t.is(sealer.open(stored?.sealedSecret ?? '', secretPlace(appid)), account.secret);
});

test('a member that a PUT leaves out stays as it was, and null clears it', async (t) => {
  const { call, accounts, sealer } = door();
  const { appid, path, shown } = anAccount();
  await call('PUT', path, { json: account });
  const secretOf = async () =>
    sealer.open((await accounts.findOne({ appid }).lean())?.sealedSecret ?? '', secretPlace(appid));

  const renamed = await call('PUT', path, { json: { name: 'New' } });
  t.is(renamed.status, 200);
  t.deepEqual(renamed.json, { ...shown, name: 'New' });
  t.is(await secretOf(), account.secret);
  const changed = await call('PUT', path, { json: { secret: 'another' } });
  t.deepEqual(changed.json, { ...shown, name: 'New' });
  t.is(await secretOf(), 'another');
  const cleared = await call('PUT', path, { json: { verify_files: null } });
  t.deepEqual(cleared.json, { appid, name: 'New', verify_files: {} });
  for (const json of [{ secret: null }, { name: null }])
    t.is((await call('PUT', path, { json })).status, 400);
  t.is(await secretOf(), 'another');
});

test('two PUTs of different members at the same moment both count', async (t) => {
  const { call } = door();
  const { path } = anAccount();
  await call('PUT', path, { json: account });
  for (let n = 0; n < 5; n += 1) {
    const files = { [`MP_verify_${n}.txt`]: String(n) };
    await Promise.all([
      call('PUT', path, { json: { name: `Name ${n}` } }),
      call('PUT', path, { json: { verify_files: files } }),
    ]);
    t.like((await call('GET', path)).json, { name: `Name ${n}`, verify_files: files });
  }
});

test('what GET answers can be changed and PUT back', async (t) => {
  const { call } = door();
  const { path } = anAccount();
  await call('PUT', path, { json: account });
  const { json } = await call('GET', path);
  const back = await call('PUT', path, { json: { ...json, name: 'Renamed' } });
  t.like(back, { status: 200, json: { ...json, name: 'Renamed' } });
});

test('a new account needs a secret', async (t) => {
  const { call, accounts } = door();
  const { appid, path } = anAccount();
  const answer = await call('PUT', path, { json: { name: 'Acme' } });
  t.like(answer, { status: 400, json: { error: 'invalid_request' } });
  t.regex(answer.json.error_description, /^secret: is required/);
  t.is(await accounts.countDocuments({ appid }), 0);
});

test('first PUTs at the same moment make one account', async (t) => {
  const { call, accounts } = door();
  const { appid, path } = anAccount();
  const answers = await Promise.all(Array.from({ length: 10 }, () => call('PUT', path, { json: account })));
  t.deepEqual(answers.map(({ status }) => status).toSorted(), [...Array<number>(9).fill(200), 201]);
  t.is(await accounts.countDocuments({ appid }), 1);
});

test('an account in use is not removed', async (t) => {
  const { call } = door();
  const { appid, path } = anAccount();
  await call('PUT', path, { json: account });
  const enterprise = { appid, name: 'Acme', login_url: 'https://host.example/login' };
  await call('PUT', `/v1/enterprises/${appid}`, { json: enterprise });
  const refused = await call('DELETE', path);
  t.like(refused, { status: 409, json: { error: 'conflict' } });
  t.regex(refused.json.error_description, /1 enterprise\b/);
  await call('DELETE', `/v1/enterprises/${appid}`);
  t.is((await call('DELETE', path)).status, 204);
});

test('every fault of a body is listed, and no value is repeated', async (t) => {
  const { call, lines } = door();
  const { path } = anAccount();
  const { status, json } = await call('PUT', path, {
    json: { secret: 'canary with spaces', name: '', verify_files: { '../canary.txt': 'x' }, canary_field: 1 },
  });
  t.is(status, 400);
  t.is(json.error, 'invalid_request');
  for (const field of ['secret:', 'name:', 'verify_files'])
    t.true(json.error_description.includes(field), field);
  t.notRegex(json.error_description, /canary with spaces/);
  t.notRegex(lines.join(''), /canary/);
});

for (const [what, change] of Object.entries({
  'a secret of the wrong type': { secret: 1 },
  'a secret that is an operator': { secret: { $ne: '' } },
  'an over-long secret': { secret: 'x'.repeat(129) },
  'a name of the wrong type': { name: ['x'] },
  'an over-long name': { name: 'x'.repeat(101) },
  'a name with a control character': { name: 'a\u0007b' },
  'a file with another name': { verify_files: { 'index.html': 'x' } },
  'a file that leads elsewhere': { verify_files: { 'MP_verify_../x.txt': 'x' } },
  'a file with an over-long token': { verify_files: { [`MP_verify_${'x'.repeat(65)}.txt`]: 'x' } },
  'an empty file': { verify_files: { 'MP_verify_a.txt': '' } },
  'a file of 2 KB': { verify_files: { 'MP_verify_a.txt': 'x'.repeat(2_000) } },
  'files as a list': { verify_files: ['MP_verify_a.txt'] },
  'twenty-one files': {
    verify_files: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`MP_verify_${n}.txt`, 'x'])),
  },
  'an unknown field': { secrets: 'x' },
  'the appid of another account': { appid: 'wxother' },
})) {
  test(`an account with ${what} is refused`, async (t) => {
    const { call, accounts } = door();
    const { appid, path } = anAccount();
    const answer = await call('PUT', path, { json: { ...account, ...change } });
    t.like(answer, { status: 400, json: { error: 'invalid_request' } });
    t.is(await accounts.countDocuments({ appid }), 0);
  });
}

test('bodies that are no JSON object, and appids that cannot be one, are refused', async (t) => {
  const { call } = door();
  const { path } = anAccount();
  t.is((await call('PUT', path)).status, 400);
  t.is((await call('PUT', path, { body: '{"secret":' })).status, 400);
  t.is((await call('PUT', path, { json: [] })).status, 400);
  t.is((await call('PUT', path, { body: '{}', headers: { 'content-type': 'text/plain' } })).status, 415);
  t.is((await call('PUT', path, { json: { name: 'x'.repeat(70_000) } })).status, 413);
  for (const appid of ['a'.repeat(65), 'a.b', '%24ne', 'a%00b', '%E4%BD%A0']) {
    t.is((await call('PUT', `/v1/accounts/${appid}`, { json: account })).status, 400);
    t.is((await call('GET', `/v1/accounts/${appid}`)).status, 400);
    t.is((await call('DELETE', `/v1/accounts/${appid}`)).status, 400);
  }
});

test('with MongoDB away every request is told to try again within 5 s', async (t) => {
  const { call, mongoProxy } = await withAdminDoor(t, { deadlineMs: 4_000 });
  const { path } = anAccount();
  mongoProxy.hang();
  const begun = performance.now();
  const answers = await Promise.all([
    call('GET', '/v1/accounts'),
    call('GET', path),
    call('PUT', path, { json: account }),
    call('DELETE', path),
  ]);
  for (const { status, json, headers } of answers) {
    t.is(status, 503);
    t.is(json.error, 'temporarily_unavailable');
    t.truthy(headers.get('retry-after'));
  }
  t.true(performance.now() - begun < 20_000);
});

test('more accounts than a page holds are told in pages', async (t) => {
  const { call, accounts } = await withAdminDoor(t);
  await accounts.insertMany(
    Array.from({ length: 1_200 }, (_, n) => ({
      appid: `wx${n}`,
      name: 'n',
      sealedSecret: 's',
      verifyFiles: [],
    })),
  );
  const first = await call('GET', '/v1/accounts');
  t.is(first.json.accounts.length, 1_000);
  const second = await call('GET', `/v1/accounts?cursor=${first.json.next_cursor}`);
  t.is(second.json.next_cursor, undefined);
  const all = [...first.json.accounts, ...second.json.accounts].map((one: { appid: string }) => one.appid);
  t.is(new Set(all).size, 1_200);
  t.is((await call('GET', '/v1/accounts?cursor=made-up')).status, 400);
});

test('a pause is kept once, survives a PUT of what GET answers, and is changed by no PUT', async (t) => {
  const { call, accounts, actions } = door();
  const path = '/v1/accounts/wx-to-pause';
  await call('PUT', path, { json: { secret: 's', name: 'A' } });
  const first = await call('POST', `${path}/pause`, { json: { reason: 'moving house' } });
  t.is(first.status, 200);
  t.like(first.json.paused, { by: 'root', reason: 'moving house' });
  t.deepEqual((await call('POST', `${path}/pause`)).json.paused, first.json.paused);
  const shown = (await call('GET', path)).json;
  t.is((await call('PUT', path, { json: { ...shown, name: 'B' } })).status, 200);
  t.is((await call('PUT', path, { json: { paused: null } })).status, 400);
  t.like(await accounts.findOne({ appid: 'wx-to-pause' }).lean(), {
    name: 'B',
    pausedByOperator: { by: 'root' },
  });
  t.is((await call('POST', `${path}/resume`)).json.paused, undefined);
  t.is((await call('POST', '/v1/accounts/wx-unknown/pause')).status, 404);
  t.is((await call('POST', `${path}/pause`, { json: { reason: 'a'.repeat(201) } })).status, 400);
  t.is(await actions.countDocuments({ object: 'account wx-to-pause', action: 'pause' }), 1);
});

test('a pause goes from the door to the calls and back, on record each time, and keeps what was said', async (t) => {
  const { call, accounts, actions } = door();
  const path = '/v1/accounts/wx-levels';
  const stored = () => accounts.findOne({ appid: 'wx-levels' }).lean();
  const pause = async (json: object) => (await call('POST', `${path}/pause`, { json })).json.paused;
  await call('PUT', path, { json: { secret: 's', name: 'A' } });
  const first = await pause({ level: 'door', reason: 'moving', sentence: 'Until four.' });
  t.like(first, { level: 'door', by: 'root', reason: 'moving', sentence: 'Until four.' });
  t.like(await stored(), { doorClosedByOperator: { by: 'root' }, pausedByOperator: undefined });
  const tag = (await call('GET', path)).headers.get('etag');
  t.deepEqual(await pause({ level: 'door', sentence: 'Until five.' }), { ...first, sentence: 'Until five.' });
  t.not((await call('GET', path)).headers.get('etag'), tag);
  t.like(await pause({ level: 'calls' }), { level: 'calls', reason: 'moving', sentence: 'Until five.' });
  t.like(await stored(), { pausedByOperator: { by: 'root' }, doorClosedByOperator: undefined });
  t.like(await pause({ level: 'door', sentence: '' }), { level: 'door', sentence: undefined });
  t.is((await call('POST', `${path}/pause`, { json: { level: 'all' } })).status, 400);
  t.is((await call('POST', `${path}/pause`, { json: { sentence: 'a'.repeat(201) } })).status, 400);
  await call('POST', `${path}/resume`);
  t.like(await stored(), { pausedByOperator: undefined, doorClosedByOperator: undefined });
  const deeds = await actions.find({ object: 'account wx-levels' }).sort({ at: 1 }).lean();
  t.deepEqual(
    deeds
      .slice(1)
      .map(({ before, after }) => [Reflect.get(before ?? {}, 'paused'), Reflect.get(after ?? {}, 'paused')]),
    [
      [undefined, 'door'],
      ['door', 'door'],
      ['door', 'calls'],
      ['calls', 'door'],
      ['door', false],
    ],
  );
});

test('a pause takes an end, keeps it until another is given or none, and has it on record', async (t) => {
  const { call, actions } = door();
  const path = '/v1/accounts/wx-until';
  const pause = async (json: object) => (await call('POST', `${path}/pause`, { json })).json.paused;
  await call('PUT', path, { json: { secret: 's', name: 'A' } });
  const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
  const until = inMs(3_600_000);
  const beijing = `${new Date(Date.parse(until) + 8 * 3_600_000).toISOString().slice(0, -1)}+08:00`;
  t.is((await pause({ level: 'door', until: beijing })).until, until);
  t.is((await pause({ level: 'door', reason: 'moving' })).until, until);
  t.is((await pause({ level: 'calls' })).until, until);
  const shown = (await call('GET', path)).json;
  t.is(shown.paused.until, until);
  t.is((await call('PUT', path, { json: shown })).status, 200);
  const farAhead = inMs(365 * 86_400_000);
  t.is((await pause({ until: farAhead })).until, farAhead);
  for (const [wrong, why] of [
    ...['15:30', 'tomorrow', '2999-01-02T15:30:00', '2999-02-30T15:30:00Z', 1_700_000_000_000].map(
      (one) => [one, /^until: must be a date and time of ISO 8601 with its zone/] as const,
    ),
    ...[inMs(-1_000), '1999-01-02T15:30:00Z', inMs(367 * 86_400_000), '9999-01-02T15:30:00Z'].map(
      (one) => [one, /^until: must lie ahead, by 366 days at most$/] as const,
    ),
  ]) {
    const refused = await call('POST', `${path}/pause`, { json: { until: wrong } });
    t.is(refused.status, 400, `${wrong}`);
    t.regex(refused.json.error_description, why, `${wrong}`);
  }
  t.false('until' in (await pause({ until: null })));
  const deeds = await actions.find({ object: 'account wx-until', action: 'pause' }).sort({ at: 1 }).lean();
  t.deepEqual(
    deeds.map(({ after }) => Reflect.get(after ?? {}, 'until')),
    [until, until, until, farAhead, undefined],
  );
});

test('a pause that has reached its end is none: nothing shows it, the next keeps nothing of it', async (t) => {
  let ahead = 0;
  const { call, accounts, actions } = await withAdminDoor(t, { now: () => Date.now() + ahead });
  const path = '/v1/accounts/wx-over';
  await call('PUT', path, { json: { secret: 's', name: 'A' } });
  const get = () => call('GET', path);
  const tag = (await get()).headers.get('etag') ?? '';
  const pause = { level: 'door', reason: 'moving', sentence: 'Until four.' };
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await call('POST', `${path}/pause`, { json: { ...pause, until } });
  const paused = (await get()).headers.get('etag') ?? '';
  t.not(paused, tag);
  const page = async (place: string) =>
    (await call('GET', `/operate/accounts${place}`, { headers: { accept: 'text/html' } })).text;
  const isClosed = /the door is closed by an operator/;
  for (const place of ['', '/wx-over']) t.regex(await page(place), isClosed);

  ahead = 3_600_000;
  const over = await call('GET', path, { headers: { 'if-none-match': paused } });
  t.is(over.status, 200);
  t.false('paused' in over.json);
  t.is(over.headers.get('etag'), tag);
  t.false('paused' in (await call('GET', '/v1/accounts')).json.accounts[0]);
  for (const place of ['', '/wx-over']) t.notRegex(await page(place), isClosed);
  t.notRegex(await page('/wx-over/pause'), /Until four/);
  t.truthy((await accounts.findOne({ appid: 'wx-over' }).lean())?.doorClosedByOperator);

  // Who knows of no end has to be told.
  await call('POST', `${path}/resume`);
  t.falsy((await accounts.findOne({ appid: 'wx-over' }).lean())?.doorClosedByOperator);
  await call('POST', `${path}/pause`, { json: { ...pause, until: new Date(Date.now() + ahead + 1_000) } });
  ahead += 1_000;
  const { json } = await call('POST', `${path}/pause`, { json: { level: 'door' } });
  t.deepEqual(Object.keys(json.paused), ['level', 'by', 'at']);
  t.is(await actions.countDocuments({ object: 'account wx-over', action: 'resume' }), 1);
});

test('of an account’s removal and an enterprise that comes to use it at the same moment at most one is done', async (t) => {
  const { call } = door();
  for (let round = 0; round < 12; round += 1) {
    const appid = `wx-raced-${round}`;
    const entId = `raced-${round}`;
    await call('PUT', `/v1/accounts/${appid}`, { json: { secret: 's', name: 'A' } });
    const json = { appid, name: 'E', login_url: 'https://host.example/login' };
    const [removed, made] = await Promise.all([
      call('DELETE', `/v1/accounts/${appid}`),
      call('PUT', `/v1/enterprises/${entId}`, { json }),
    ]);
    t.false(removed.status === 204 && made.status === 201, `${removed.status} ${made.status}`);
    if (removed.status === 409)
      t.like((await call('GET', `/v1/accounts/${appid}`)).json, { appid, name: 'A' });
  }
});
