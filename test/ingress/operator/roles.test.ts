import test, { type ExecutionContext } from 'ava';
import { mayDo, type OperatorRole, operatorRoles } from '#operations/operator-roles.ts';
import { withAdminDoor } from '#test/ingress/operator/with-admin-door.ts';
import { shared } from '#test/support/shared.ts';
import { until } from '#test/support/until.ts';

const door = shared(test, (t) => withAdminDoor(t, { adminWritable: true }));
let made = 0;

/** Makes a named token. */
async function withToken(t: ExecutionContext, role: OperatorRole, { call } = door()) {
  const name = `${role}-${++made}`;
  const answer = await call('PUT', `/v1/operators/${name}`, { json: { role } });
  t.is(answer.status, 201);
  return { name, token: String(answer.json.token) };
}

const requests: readonly (readonly [method: string, path: string, needs: OperatorRole])[] = [
  ['GET', '/metrics', 'metrics'],
  ['GET', '/v1/accounts', 'viewer'],
  ['GET', '/v1/enterprises/nobody', 'viewer'],
  ['GET', '/queues/api/queues', 'viewer'],
  ['GET', `/operate/logins/${'0'.repeat(34)}`, 'support'],
  ['PUT', '/v1/accounts/wx1', 'operator'],
  ['DELETE', '/v1/enterprises/nobody', 'operator'],
  ['POST', '/v1/enterprises/nobody/rotate-key', 'operator'],
  ['POST', '/v1/clients/nobody/rotate-secret', 'operator'],
  ['PUT', '/queues/api/queues/pause', 'operator'],
  ['GET', '/v1/operators', 'root'],
  ['PUT', '/v1/operators/mallory', 'root'],
  ['DELETE', '/v1/operators/mallory', 'root'],
  // However it is written.
  ['PUT', '/V1/Operators/mallory', 'root'],
  ['PUT', '/v1/operators/mallory/', 'root'],
  ['GET', `/Operate/LOGINS/${'0'.repeat(34)}`, 'support'],
];

for (const role of operatorRoles.filter((one) => one !== 'root')) {
  test(`${role} may do what the role is for, and nothing else`, async (t) => {
    const { token } = await withToken(t, role);
    for (const [method, path, needs] of requests) {
      const { status } = await door().call(method, path, { token });
      if (mayDo(role, needs)) t.false([401, 403].includes(status), `${method} ${path}: ${status}`);
      else t.is(status, 403, `${method} ${path}`);
    }
  });
}

test('who asks for more than the role allows is written down', async (t) => {
  const fresh = await withAdminDoor(t);
  const { name, token } = await withToken(t, 'viewer', fresh);
  t.is((await fresh.call('GET', '/v1/operators', { token })).status, 403);
  const told = fresh.lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'role too small');
  t.like(told[0], { level: 'warn', door: 'operator', operator: name, needed: 'root' });
  t.is(told.length, 1);
});

test('a token is told once, and is worth nothing soon after it was removed', async (t) => {
  const { name, token } = await withToken(t, 'viewer');
  const again = await door().call('PUT', `/v1/operators/${name}`, { json: { role: 'support' } });
  t.is(again.status, 200);
  t.false('token' in again.json);
  const shown = await door().call('GET', `/v1/operators/${name}`);
  t.like(shown.json, { name, role: 'support', created_by: 'root' });
  t.false(shown.text.includes(token));
  t.is((await door().call('GET', '/v1/accounts', { token })).status, 200);
  t.is((await door().call('DELETE', `/v1/operators/${name}`)).status, 204);
  await until(async () => (await door().call('GET', '/v1/accounts', { token })).status === 401);
});

test('a token is worth nothing past its end', async (t) => {
  const json = { role: 'viewer', expires_at: new Date(Date.now() - 1_000).toISOString() };
  const { token } = (await door().call('PUT', `/v1/operators/past-${++made}`, { json })).json;
  t.is((await door().call('GET', '/v1/accounts', { token })).status, 401);
});

test('nobody is named root, and root is no role to be had', async (t) => {
  t.is((await door().call('PUT', '/v1/operators/root', { json: { role: 'viewer' } })).status, 400);
  t.is((await door().call('PUT', '/v1/operators/eve', { json: { role: 'root' } })).status, 400);
});

test('every change is on record with who made it, old and new values, and no secret', async (t) => {
  const { call, actions } = door();
  const { name, token } = await withToken(t, 'operator');
  const appid = `wx_audit${++made}`;
  const as = { token };
  await call('PUT', `/v1/accounts/${appid}`, { ...as, json: { name: 'Before', secret: 'canary-secret' } });
  await call('PUT', `/v1/accounts/${appid}`, { ...as, json: { name: 'After', secret: 'canary-other' } });
  const entId = `audit${made}`;
  const form = { appid, name: 'Acme', login_url: 'https://host.example/login' };
  const { api_key: apiKey } = (await call('PUT', `/v1/enterprises/${entId}`, { ...as, json: form })).json;
  await call('PUT', `/v1/enterprises/${entId}`, { ...as, json: { login_url: 'https://evil.example/' } });
  await call('POST', `/v1/enterprises/${entId}/rotate-key`, as);
  await call('DELETE', `/v1/enterprises/${entId}`, as);
  await call('DELETE', `/v1/accounts/${appid}`, as);
  const rows = await actions.find({ actor: name }).sort({ at: 1 }).lean();
  t.deepEqual(
    rows.map(({ action, object, role }) => [action, object, role]),
    [
      ['make', `account ${appid}`, 'operator'],
      ['change', `account ${appid}`, 'operator'],
      ['make', `enterprise ${entId}`, 'operator'],
      ['change', `enterprise ${entId}`, 'operator'],
      ['rotate the API key', `enterprise ${entId}`, 'operator'],
      ['remove', `enterprise ${entId}`, 'operator'],
      ['remove', `account ${appid}`, 'operator'],
    ],
  );
  t.deepEqual([...new Set(rows.map(({ outcome }) => outcome))], ['done']);
  t.deepEqual(rows[1]?.before, { name: 'Before' });
  t.deepEqual(rows[1]?.after, { name: 'After', secret: '(changed)' });
  t.deepEqual(rows[3]?.before, { login_url: 'https://host.example/login' });
  t.deepEqual(rows[3]?.after, { login_url: 'https://evil.example/' });
  const text = JSON.stringify(rows);
  for (const secret of ['canary', token, String(apiKey)]) t.false(text.includes(secret));
});

test('a button of the queue dashboard is on record however its address is written', async (t) => {
  const { call, actions } = door();
  for (const path of ['/queues/api/queues/pause', '/QUEUES/api/queues/pause']) {
    const { status } = await call('PUT', path);
    // Or it is no address at all.
    if (status === 404) continue;
    const rows = await actions.find({ action: 'PUT on the queue dashboard' }).lean();
    t.true(
      rows.some(({ object }) => object === path),
      `${path} ${status}`,
    );
  }
  t.true((await actions.countDocuments({ action: 'PUT on the queue dashboard' })) > 0);
  await call('PUT', '/queues/api/queues/resume');
});

test('what cannot be put on record is not done', async (t) => {
  const { call, actions, accounts, operators } = await withAdminDoor(t);
  await actions.createCollection();
  // Whatever is written there is refused.
  await actions.db.db?.command({ collMod: 'operator_actions', validator: { impossible: true } });
  const answer = await call('PUT', '/v1/accounts/wx9', { json: { name: 'Nine', secret: 'secret' } });
  t.true(answer.status >= 500);
  t.is(await accounts.countDocuments(), 0);
  t.true((await call('PUT', '/v1/operators/nine', { json: { role: 'viewer' } })).status >= 500);
  t.is(await operators.countDocuments(), 0);
});

test('with MongoDB away ADMIN_TOKEN works on, and others are told to come again', async (t) => {
  const { call, mongoProxy } = await withAdminDoor(t, { deadlineMs: 4_000 });
  mongoProxy.hang();
  t.is((await call('GET', '/metrics')).status, 200);
  const other = await call('GET', '/metrics', { token: 'somebody-else' });
  t.is(other.status, 503);
  t.is(other.headers.get('retry-after'), '2');
});

test('an address in other letters is no address', async (t) => {
  const { call } = door();
  for (const path of [
    '/V1/accounts',
    '/v1/Enterprises',
    '/v1/CLIENTS',
    '/v1/Operators',
    '/Operate',
    '/operate/LIVE',
  ])
    t.is((await call('GET', path)).status, 404, path);
  for (const path of ['/operate/Session', '/operate/accounts/wx1/TEST', '/v1/Signing-Keys/rotate'])
    t.is((await call('POST', path)).status, 404, path);
});

test('of a deed on record it is told whether it was done, or came to nothing; of a look nothing', async (t) => {
  const { call, actions } = door();
  const { name, token } = await withToken(t, 'operator');
  const as = { token };
  // Deleted twice: the second time there is nothing, which is found out after it was put on record.
  const appid = `wx_outcome${++made}`;
  await call('PUT', `/v1/accounts/${appid}`, { ...as, json: { name: 'A', secret: 's' } });
  t.is((await call('DELETE', `/v1/accounts/${appid}`, as)).status, 204);
  t.is((await call('DELETE', `/v1/accounts/${appid}`, as)).status, 404);
  await call('GET', `/operate/logins/${'0'.repeat(34)}`, as);
  const rows = await actions.find({ actor: name }).sort({ at: 1, _id: 1 }).lean();
  t.deepEqual(
    rows.map(({ action, outcome }) => `${action} ${outcome}`),
    ['make done', 'remove done', 'remove refused'],
  );
  const page = await call('GET', `/operate/audit?actor=${name}`, { headers: { accept: 'text/html' } });
  t.regex(page.text, /remove <span class="outcome refused">refused: nothing was changed</);
});
