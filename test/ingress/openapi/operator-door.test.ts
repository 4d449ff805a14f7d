import type { Router } from '@koa/router';
import { Ajv2020 } from 'ajv/dist/2020.js';
import test, { type ExecutionContext } from 'ava';
import { openApiDocuments } from '#ingress/openapi/documents.ts';
import { operatorDoor } from '#ingress/openapi/operator-door.ts';
import { withAdminDoor } from '#test/ingress/operator/with-admin-door.ts';
import { operationsOf } from './operations-of.ts';

const document = openApiDocuments['operator.json'];
// Of formats the document says no more than the schemas behind it.
const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(document, 'door');
const isOf = (pointer: string) => ajv.getSchema(`door#${pointer}/content/application~1json/schema`);

/** By no router: every process shows them. The dashboard at /queues is for people. */
const shown = ['GET /healthz', 'GET /metrics', 'GET /readyz'];

test('every operation of the door is in the document, and no other', async (t) => {
  const { app } = await withAdminDoor(t);
  const routers = app.middleware.flatMap((middleware) => (middleware as { router?: Router }).router ?? []);
  t.true(routers.length > 4);
  const told = operatorDoor.operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  // What else is below /operate are pages.
  const asked = routers.flatMap(operationsOf).filter((one) => !/ \/operate/.test(one) || told.includes(one));
  t.deepEqual([...asked, ...shown].toSorted(), told.toSorted());
});

/** Asks the door as the document says it is asked, and holds the answer against what the document says of it. */
async function withChecked(t: ExecutionContext) {
  const door = await withAdminDoor(t);
  async function ask(method: string, template: string, id = '', json?: object, query = '') {
    const pointer = `/paths/${template.replaceAll('/', '~1')}/${method.toLowerCase()}`;
    const accepts = json && isOf(`${pointer}/requestBody`);
    if (json) t.true(accepts?.(json), `${method} ${template} ${JSON.stringify(accepts?.errors)}`);
    const options = json === undefined ? {} : { json };
    const answer = await door.call(method, template.replace(/{\w+}/, id) + query, options);
    const fits = isOf(`${pointer}/responses/${answer.status}`);
    const what = `${method} ${template} ${answer.status}`;
    if (answer.status === 204) t.is(fits, undefined, what);
    else t.true(fits?.(answer.json), `${what} ${JSON.stringify(fits?.errors)}`);
    return answer;
  }
  return { ...door, ask };
}

const [account, enterprise, client] = [
  '/v1/accounts/{appid}',
  '/v1/enterprises/{ent_id}',
  '/v1/clients/{client_id}',
];

test('what is taken and answered is what the document says', async (t) => {
  const { ask, history } = await withChecked(t);
  const files = { 'MP_verify_x.txt': 'x' };
  t.is((await ask('PUT', account, 'wx1', { secret: 's', name: 'One', verify_files: files })).status, 201);
  t.is((await ask('PUT', account, 'wx1', { verify_files: null })).status, 200);
  await ask('GET', account, 'wx1');
  await ask('GET', '/v1/accounts');

  const form = {
    appid: 'wx1',
    name: 'Acme',
    login_url: 'https://host.example/login',
    bind_url: 'https://host.example/bind',
    unbound: 'bind',
    target_prefixes: ['/chat/'],
    brand_color: '#07c160',
  };
  t.is((await ask('PUT', enterprise, 'acme', form)).status, 201);
  t.is((await ask('PUT', enterprise, 'acme', { brand_color: null, require_state: true })).status, 200);
  await ask('GET', enterprise, 'acme');
  await ask('GET', '/v1/enterprises');
  await ask('POST', `${enterprise}/rotate-key`, 'acme', { keep_old_for: 60 });
  await ask('POST', `${enterprise}/rotate-key`, 'acme');
  t.is((await ask('DELETE', `${enterprise}/bindings`, 'acme', undefined, '?user_id=nobody')).status, 200);
  t.is((await ask('DELETE', account, 'wx1')).status, 409);

  const jwks = { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] };
  const uris = { ent_ids: ['acme'], redirect_uris: ['https://host.example/cb'] };
  t.is((await ask('PUT', client, 'console', { name: 'Console', ...uris, jwks })).status, 201);
  t.is((await ask('PUT', client, 'console', { jwks: null, require_pkce: true })).status, 200);
  await ask('GET', client, 'console');
  await ask('GET', '/v1/clients');
  await ask('POST', `${client}/rotate-secret`, 'console', { keep_old_for: 60 });
  await ask('POST', '/v1/signing-keys/rotate', '', { publish_for: 60 });

  const id = `00${'a'.repeat(32)}`;
  const round = {
    entId: 'acme',
    appid: 'wx1',
    outcome: 'reauthorize',
    timings: { total: 12.5 },
    at: new Date(),
  };
  await history.create({ _id: `${id}:1`, ...round, errcode: 40029, endpoint: 'token' });
  t.is((await ask('GET', '/operate/logins/{name}', id)).status, 200);

  t.is((await ask('DELETE', client, 'console')).status, 204);
  t.is((await ask('DELETE', enterprise, 'acme')).status, 200);
  t.is((await ask('DELETE', account, 'wx1')).status, 204);
});

test('what watches over a process is told, too, and what of it needs no token', async (t) => {
  const { ask, call, readiness } = await withChecked(t);
  t.is((await ask('GET', '/healthz')).status, 200);
  t.is((await ask('GET', '/readyz')).status, 200);
  readiness.isReady = false;
  t.is((await ask('GET', '/readyz')).status, 503);
  const needsToken = async (path: string) => (await call('GET', path, { token: null })).status === 401;
  for (const operation of shown) {
    const path = operation.slice('GET '.length);
    const told = document.paths[path]?.['get'] as { security?: [] } | undefined;
    t.is(told?.security === undefined, await needsToken(path), path);
  }
});

test('so are refusals', async (t) => {
  const { ask } = await withChecked(t);
  for (const template of [account, enterprise, client, '/operate/logins/{name}'])
    t.is(
      (await ask('GET', template, template.startsWith('/operate') ? '0000-0000-00' : 'nobody')).status,
      404,
    );
  t.is((await ask('PUT', account, 'wx2', { name: 'Two' })).status, 400);
  t.is((await ask('GET', '/v1/accounts', '', undefined, '?cursor=made-up')).status, 400);
});

test('a member that the door does not know, or of a wrong kind, is not in the document either', (t) => {
  const accepts = isOf(`/paths/${enterprise?.replaceAll('/', '~1')}/put/requestBody`);
  t.true(accepts?.({ name: 'Acme' }));
  t.false(accepts?.({ nickname: 'Acme' }));
  t.false(accepts?.({ consent_page: 'yes' }));
});
