import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import test from 'ava';
import Koa from 'koa';
import { apiKeyTold, createPutUntilStored } from '#dev-stores/put-until-stored.ts';
import { isKeyOf } from '#ingress/host/api-key.ts';
import { digest } from '#operations/digest.ts';
import { adminToken, withAdminDoor } from '#test/ingress/operator/with-admin-door.ts';
import { withServer } from '#test/ingress/with-server.ts';
import { shared } from '#test/support/shared.ts';

const door = shared(test, withAdminDoor);
const form = { appid: 'wx1', name: 'Acme', login_url: 'https://host.example/login' };

/** The operator's door, which does what it is asked but answers the first requests as listed: not at all, or as one whose store is away. */
async function behind(t: Parameters<typeof withServer>[0], faults: ('503' | 'reset' | 'none')[]) {
  const methods: string[] = [];
  const app = new Koa();
  app.use(async (ctx) => {
    methods.push(ctx.method);
    const { authorization = '' } = ctx.headers;
    const answer = await fetch(door().origin + ctx.url, {
      method: ctx.method,
      headers: { authorization, 'content-type': 'application/json' },
      body: await text(ctx.req),
    });
    ctx.status = answer.status;
    ctx.body = await answer.text();
    const fault = faults.shift();
    if (fault === 'reset') ctx.req.socket.destroy();
    if (fault === '503') ctx.status = 503;
  });
  return { adminUrl: await withServer(t, app), methods };
}

function anEnterprise() {
  const entId = `ent_${randomBytes(8).toString('hex')}`;
  return { entId, path: `/v1/enterprises/${entId}` };
}

test.serial.before(async () => {
  await createPutUntilStored({ adminUrl: door().origin, adminToken })('/v1/accounts/wx1', {
    secret: 'secret',
    name: 'wx1',
  });
});

test('what is stored at once is put once', async (t) => {
  const { adminUrl, methods } = await behind(t, []);
  const { path, entId } = anEnterprise();
  const answer = await createPutUntilStored({ adminUrl, adminToken })(path, form, apiKeyTold);
  const stored = await door().enterprises.findOne({ entId }).lean().orFail();
  t.true(isKeyOf(stored, digest(String(answer['api_key']))));
  t.deepEqual(methods, ['PUT']);
});

test('where a store is away, and where nobody answers, it asks again; a key that nobody was told is made anew', async (t) => {
  const { adminUrl, methods } = await behind(t, ['503', 'reset', 'none', '503']);
  const { path, entId } = anEnterprise();
  const answer = await createPutUntilStored({ adminUrl, adminToken })(path, form, apiKeyTold);
  const stored = await door().enterprises.findOne({ entId }).lean().orFail();
  t.true(isKeyOf(stored, digest(String(answer['api_key']))));
  t.is(answer['ent_id'], entId);
  t.deepEqual(methods, ['PUT', 'PUT', 'PUT', 'POST', 'POST']);
});

test('what is wrong is told at once', async (t) => {
  const { adminUrl, methods } = await behind(t, []);
  const put = createPutUntilStored({ adminUrl, adminToken });
  await t.throwsAsync(put(anEnterprise().path, { ...form, appid: 'wx-unknown' }), {
    message: /answered 400/,
  });
  t.deepEqual(methods, ['PUT']);
});

test('broken off, it asks no more', async (t) => {
  const ending = new AbortController();
  const { adminUrl, methods } = await behind(
    t,
    Array.from({ length: 50 }, () => '503' as const),
  );
  const put = createPutUntilStored({ adminUrl, adminToken, signal: ending.signal });
  const asked = put(anEnterprise().path, form);
  setTimeout(() => ending.abort(), 20);
  await t.throwsAsync(asked, { message: /was not answered|answered 503/ });
  t.true(methods.length <= 2);
});
