import test from 'ava';
import type { Model } from 'mongoose';
import { withAdminDoor } from '#test/ingress/operator/with-admin-door.ts';
import { shared } from '#test/support/shared.ts';

const enterprise = { appid: 'wx0', name: 'A', login_url: 'https://host.example/login' };

const door = shared(test, async (t) => {
  const made = await withAdminDoor(t);
  await made.call('PUT', '/v1/accounts/wx0', { json: { name: 'Zero', secret: 's' } });
  // A client needs one.
  await made.call('PUT', '/v1/enterprises/of-client', { json: enterprise });
  return made;
});
const client = {
  name: 'A',
  ent_ids: ['of-client'],
  redirect_uris: ['https://host.example/cb'],
};
const things = [
  ['/v1/accounts/wx1', { name: 'A', secret: 's' }],
  ['/v1/enterprises/tagged', enterprise],
  ['/v1/clients/tagged', client],
] as const;

function storedAs({ accounts, enterprises, clients }: ReturnType<typeof door>, path: string) {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const all = {
    accounts: [accounts, { appid: name }],
    enterprises: [enterprises, { entId: name }],
    clients: [clients, { clientId: name }],
  } as const;
  const [model, key] = all[path.split('/')[2] as keyof typeof all];
  return { model: model as unknown as Model<object>, key };
}

for (const [path, json] of things) {
  test(`${path}: a change meant for another version is a 412 and does nothing`, async (t) => {
    const { call, actions } = door();
    const made = await call('PUT', path, { json, headers: { 'if-none-match': '*' } });
    t.is(made.status, 201, made.text);
    const first = made.headers.get('etag') ?? '';
    t.regex(first, /^"[^"]+"$/);
    t.is((await call('PUT', path, { json, headers: { 'if-none-match': '*' } })).status, 412);
    t.is((await call('GET', path)).headers.get('etag'), first);
    t.is((await call('GET', path, { headers: { 'if-none-match': `W/"x", ${first}` } })).status, 304);

    const rename = (name: string, tag: string) =>
      call('PUT', path, { json: { name }, headers: { 'if-match': tag } });
    const second = await rename('B', first);
    t.is(second.status, 200);
    const tag = second.headers.get('etag') ?? '';
    t.not(tag, first);
    // Other tests use the same door at this moment.
    const ofThis = { object: path.replace(/^\/v1\/(\w+)s\//, '$1 ') };
    const before = await actions.countDocuments(ofThis);
    for (const other of [first, `W/${tag}`, '"nothing"', 'nothing']) {
      const late = await rename('C', other);
      t.is(late.status, 412, other);
      t.is(late.json.error, 'precondition_failed');
    }
    t.is((await call('DELETE', path, { headers: { 'if-match': first } })).status, 412);
    t.true(before > 0);
    t.is(await actions.countDocuments(ofThis), before, 'nothing was begun');
    t.is((await call('GET', path)).json.name, 'B');
    t.is((await rename('D', `${first}, ${tag}`)).status, 200);
    t.is((await rename('E', '*')).status, 200);
    t.true((await call('DELETE', path, { headers: { 'if-match': '*' } })).status < 300);
    t.is((await rename('F', '*')).status, 412, 'there is none');
    for (const match of ['*', first]) {
      const headers = { 'if-match': match, 'if-none-match': '*' };
      t.is((await call('PUT', path, { json, headers })).status, 412, 'no thing is there and is not there');
    }
    t.is((await call('GET', path)).status, 404);
  });

  test(`${path}: what is changed at the last moment is not removed for who has read another version`, async (t) => {
    const made = door();
    const other = path.replace(/wx1|tagged/, (name) => `${name}0`);
    const tag = (await made.call('PUT', other, { json })).headers.get('etag') ?? '';
    const { model, key } = storedAs(made, other);
    const { deleteOne, findOneAndDelete } = model;
    t.teardown(() => Object.assign(model, { deleteOne, findOneAndDelete }));
    const changedBefore = (remove: typeof deleteOne | typeof findOneAndDelete) => (filter: object) => ({
      maxTimeMS(ms: number) {
        const change = { $set: { updatedAt: new Date(Date.now() + 1_000) } };
        const removed = model.collection
          .updateOne(key, change)
          .then(() => remove.call(model, filter as never).maxTimeMS(ms));
        return Object.assign(removed, { lean: () => removed });
      },
    });
    Object.assign(model, {
      deleteOne: changedBefore(deleteOne),
      findOneAndDelete: changedBefore(findOneAndDelete),
    });
    const { status, json: told } = await made.call('DELETE', other, { headers: { 'if-match': tag } });
    t.is(status, 412);
    t.is(told.error, 'precondition_failed');
    t.is((await made.call('GET', other)).status, 200);
    t.true((await made.call('DELETE', other)).status < 300, 'who asks for no version minds none');
  });
}

test('of two that change the same version at once one is told that it was late', async (t) => {
  const { call } = door();
  const path = '/v1/accounts/wx2';
  const { headers } = await call('PUT', path, { json: { name: 'A', secret: 's' } });
  const tag = headers.get('etag') ?? '';
  const all = await Promise.all(
    ['B', 'C', 'D', 'E'].map((name) => call('PUT', path, { json: { name }, headers: { 'if-match': tag } })),
  );
  t.deepEqual(all.map(({ status }) => status).toSorted(), [200, 412, 412, 412]);
});

test('a paused account is another version to look at, and the same to change', async (t) => {
  const { call } = door();
  const path = '/v1/accounts/wx3';
  await call('PUT', path, { json: { name: 'A', secret: 's' } });
  const before = (await call('GET', path)).headers.get('etag') ?? '';
  await call('POST', `${path}/pause`);
  const { headers } = await call('GET', path, { headers: { 'if-none-match': before } });
  const paused = headers.get('etag') ?? '';
  t.not(paused, before);
  t.is((await call('PUT', path, { json: { name: 'B' }, headers: { 'if-match': paused } })).status, 200);
});
