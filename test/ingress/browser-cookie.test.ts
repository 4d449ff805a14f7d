import test, { type ExecutionContext } from 'ava';
import Koa from 'koa';
import { createBrowserCookie } from '#ingress/browser-cookie.ts';
import { digest } from '#models/sealing.ts';
import { withServer } from '#test/ingress/with-server.ts';

const secret = 'a'.repeat(43);

/** What the cookie makes of one request. */
async function visit(
  t: ExecutionContext,
  { cookie = '', publicUrl = 'http://127.0.0.1:8081', entId = 'acme' } = {},
) {
  const browserCookie = createBrowserCookie({ publicUrl });
  const app = new Koa();
  let seen = {
    digest: undefined as string | undefined,
    startUrl: undefined as string | undefined,
    ensured: '',
  };
  app.use((ctx) => {
    seen = {
      digest: browserCookie.digestOf(ctx),
      startUrl: browserCookie.startUrl(ctx),
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

test('bits that a browser already has are kept; the enterprise is the latest', async (t) => {
  const { line, ensured, digest: seen } = await visit(t, { cookie: `wechat-login=${secret}.other` });
  t.regex(line, new RegExp(`^wechat-login=${secret}\\.acme;`));
  t.is(ensured, digest(secret));
  t.is(seen, digest(secret));
});

test('a browser is led back to where its last login began', async (t) => {
  const { startUrl } = await visit(t, { cookie: `wechat-login=${secret}.other` });
  t.is(startUrl, '/wechatTransfer?ent_id=other');
  t.is((await visit(t, { cookie: `wechat-login=${secret}.` })).startUrl, undefined);
  t.is((await visit(t)).startUrl, undefined);
});

const malformed = test.macro({
  async exec(t, cookie: string) {
    const { digest: seen, startUrl, line } = await visit(t, { cookie });
    t.is(seen, undefined);
    t.is(startUrl, undefined);
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
