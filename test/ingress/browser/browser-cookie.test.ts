import test, { type ExecutionContext } from 'ava';
import Koa from 'koa';
import { createBrowserCookie } from '#ingress/browser/browser-cookie.ts';
import { digest } from '#operations/digest.ts';
import { withServer } from '#test/ingress/with-server.ts';

const secret = 'a'.repeat(43);
const now = Date.parse('2030-01-02T03:04:05Z');

/** What the cookie makes of one request. */
async function visit(
  t: ExecutionContext,
  { cookie = '', publicUrl = 'http://127.0.0.1:8081', entId = 'acme' } = {},
) {
  const browserCookie = createBrowserCookie({ publicUrl, now: () => now });
  const app = new Koa();
  let seen = {
    digest: undefined as string | undefined,
    entId: undefined as string | undefined,
    ensured: '',
  };
  app.use((ctx) => {
    seen = {
      digest: browserCookie.digestOf(ctx),
      entId: browserCookie.entIdOf(ctx),
      ensured: browserCookie.ensure(ctx, entId),
    };
    ctx.body = '';
  });
  const answer = await fetch(await withServer(t, app), { headers: { cookie } });
  const [line = '', ...more] = answer.headers.getSetCookie();
  t.deepEqual(more, []);
  return { ...seen, line };
}

test('over http the cookie is HttpOnly and Lax, and says nothing', async (t) => {
  const { line, ensured, digest: before } = await visit(t);
  const [, value = ''] =
    /^wechat-login=([\w-]{43})\.acme; Path=\/; Max-Age=86400; HttpOnly; SameSite=Lax$/.exec(line) ?? [];
  t.is(ensured, digest(value));
  t.is(before, undefined);
});

test('over https it is __Host- and Secure too', async (t) => {
  const { line } = await visit(t, { publicUrl: 'https://login.example' });
  t.regex(
    line,
    /^__Host-wechat-login=[\w-]{43}\.acme; Path=\/; Max-Age=86400; HttpOnly; SameSite=Lax; Secure$/,
  );
});

test('every browser gets bits of its own', async (t) => {
  const lines = await Promise.all(Array.from({ length: 20 }, async () => (await visit(t)).line));
  t.is(new Set(lines).size, 20);
});

/** A cookie's bits, made that long ago. */
function secretOfAge(seconds: number): string {
  const bytes = Buffer.alloc(32, 7);
  bytes.writeUInt32BE(Math.floor(now / 1_000) - seconds);
  return bytes.toString('base64url');
}

test('bits that a browser already has are kept until their day is over; the enterprise is the latest', async (t) => {
  const known = secretOfAge(3_600);
  const { line, ensured, digest: seen } = await visit(t, { cookie: `wechat-login=${known}.other` });
  t.true(line.startsWith(`wechat-login=${known}.acme; Path=/; Max-Age=${23 * 3_600}; `), line);
  t.is(ensured, digest(known));
  t.is(seen, digest(known));
});

test('no start makes them live longer: a login that begins in their last hour gets new ones', async (t) => {
  const old = secretOfAge(23 * 3_600 + 1);
  const { line, digest: seen } = await visit(t, { cookie: `wechat-login=${old}.other` });
  t.is(seen, digest(old));
  t.false(line.includes(old));
  t.true(line.includes('; Max-Age=86400; '));
});

test('after a day they are no browser’s', async (t) => {
  const { digest: seen } = await visit(t, { cookie: `wechat-login=${secretOfAge(24 * 3_600)}.other` });
  t.is(seen, undefined);
});

test('bits of release 0.1.0, which say no date, end their login and are then replaced', async (t) => {
  const { line, digest: seen } = await visit(t, { cookie: `wechat-login=${secret}.other` });
  t.is(seen, digest(secret));
  t.false(line.includes(secret));
});

test('a browser is led back to the enterprise of its last start', async (t) => {
  const { entId } = await visit(t, { cookie: `wechat-login=${secret}.other` });
  t.is(entId, 'other');
  t.is((await visit(t, { cookie: `wechat-login=${secret}.` })).entId, undefined);
  t.is((await visit(t)).entId, undefined);
});

const malformed = test.macro({
  async exec(t, cookie: string) {
    const { digest: seen, entId, line } = await visit(t, { cookie });
    t.is(seen, undefined);
    t.is(entId, undefined);
    t.regex(line, /^wechat-login=[\w-]{43}\.acme;/);
    t.false(line.includes(secret));
  },
  title: (_, cookie: string) => `${JSON.stringify(cookie.slice(0, 70))} is none of our cookies`,
});
test(malformed, 'wechat-login=');
test(malformed, 'wechat-login');
test(malformed, `wechat-login=${secret}`);
test(malformed, `wechat-login=${secret}a.acme`);
test(malformed, `wechat-login=${secret.slice(1)}.acme`);
test(malformed, `wechat-login=${secret}.<script>`);
test(malformed, `wechat-login=${secret}.a.b`);
test(malformed, `wechat-login=${secret}.${'e'.repeat(65)}`);
test(malformed, `wechat-login=${secret}.%00`);
test(malformed, `__Host-wechat-login=${secret}.acme`);
test(malformed, `wechat-login-line=${secret}.acme`);
test(malformed, `;;;=; ${'x'.repeat(4_000)}`);

test('over https a cookie without the prefix is not believed', async (t) => {
  const { digest: seen } = await visit(t, {
    publicUrl: 'https://login.example',
    cookie: `wechat-login=${secret}.acme`,
  });
  t.is(seen, undefined);
});
