import test from 'ava';
import { adminToken, withAdminDoor } from './with-admin-door.ts';

const account = { secret: 'the-secret-of-wx1', name: 'One', verify_files: { 'MP_verify_a.txt': 'a' } };
const enterprise = { appid: 'wx1', name: 'Acme', login_url: 'https://app.example/in?key=hidden' };

test('each change leaves one line that names the fields and holds no value', async (t) => {
  const { call, lines } = await withAdminDoor(t, { adminWritable: true });
  const changes = () =>
    lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'changed by an operator');
  const last = () => changes().at(-1);

  await call('PUT', '/v1/accounts/wx1', { json: account });
  t.like(last(), {
    method: 'PUT',
    path: '/v1/accounts/wx1',
    appid: 'wx1',
    by: { operator: 'root', role: 'root' },
  });
  t.deepEqual(last().fields, ['appid', 'name', 'verify_files', 'secret']);
  await call('PUT', '/v1/accounts/wx1', { json: { ...account, secret: undefined, name: 'Two' } });
  t.deepEqual(last().fields, ['name']);

  await call('PUT', '/v1/enterprises/acme', { json: enterprise });
  t.like(last(), { ent_id: 'acme', login_origin: 'https://app.example' });
  t.true(last().fields.includes('api_key'));
  await call('PUT', '/v1/enterprises/acme', { json: { ...enterprise, login_url: 'https://evil.example/' } });
  t.deepEqual(last().fields, ['login_url']);
  t.is(last().login_origin, 'https://evil.example');
  await call('PUT', '/v1/enterprises/acme', { json: { ...enterprise, login_url: 'https://evil.example/' } });
  t.deepEqual(last().fields, []);
  t.is(last().login_origin, undefined);

  await call('POST', '/v1/enterprises/acme/rotate-key');
  t.like(last(), { path: '/v1/enterprises/acme/rotate-key', ent_id: 'acme' });
  await call('PUT', '/queues/api/queues/exchange/pause');
  t.like(last(), { path: '/queues/api/queues/exchange/pause' });
  await call('DELETE', '/v1/enterprises/acme');
  t.like(last(), { method: 'DELETE', ent_id: 'acme' });
  await call('DELETE', '/v1/accounts/wx1');
  t.like(last(), { method: 'DELETE', appid: 'wx1' });

  t.is(changes().length, 9);
  for (const secret of ['the-secret', 'hidden', adminToken]) t.false(lines.join().includes(secret), secret);
});

test('what was refused or only read leaves no such line', async (t) => {
  const { call, lines } = await withAdminDoor(t);
  await call('GET', '/v1/accounts');
  await call('PUT', '/v1/accounts/wx1', { json: {} });
  await call('DELETE', '/v1/accounts/wx1');
  await call('DELETE', '/v1/accounts/wx1', { token: 'wrong' });
  t.false(lines.some((line) => line.includes('changed by an operator')));
});

test('who tries tokens is slowed down and written down', async (t) => {
  const { call, lines } = await withAdminDoor(t, { guesses: 3 });
  const stranger = { 'x-forwarded-for': '198.51.100.7' };
  for (const token of ['wrong-1', 'wrong-2', 'wrong-3']) {
    t.is((await call('GET', '/metrics', { token, headers: stranger })).status, 401);
  }
  for (const token of ['wrong-4', adminToken]) {
    const late = await call('GET', '/metrics', { token, headers: stranger });
    t.is(late.status, 429);
    t.true(Number(late.headers.get('retry-after')) > 0);
  }
  t.is((await call('GET', '/healthz', { token: null, headers: stranger })).status, 200);
  t.is((await call('GET', '/metrics', { headers: { 'x-forwarded-for': '198.51.100.8' } })).status, 200);
  const told = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'credential refused');
  t.like(told[0], { door: 'operator', address: '198.51.100.7' });
  t.false(lines.join().includes('wrong-1'));
});
