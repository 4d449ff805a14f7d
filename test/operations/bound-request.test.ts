import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import Koa from 'koa';
import { boundRequest, UnreadableRequest } from '#operations/bound-request.ts';
import { withServer } from '#test/ingress/with-server.ts';

/** An app that tells what it reads of a request. */
async function withBoundApp(t: ExecutionContext, boundsOf?: Parameters<typeof boundRequest>[1]) {
  const app = new Koa();
  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      t.true(error instanceof UnreadableRequest, String(error));
      ctx.status = 400;
      ctx.body = { refused: (error as Error).message, path: ctx.path };
    }
  });
  app.use(boundRequest(app, boundsOf));
  app.use((ctx) => {
    const { accept = null, 'accept-language': language = null } = ctx.headers;
    ctx.body = { path: ctx.path, query: ctx.query, accept, language };
  });
  return withServer(t, app);
}

/** The first line's status and the body that is answered to exactly this address. */
async function ask(origin: string, target: string, headers = '') {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.end(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`, 'latin1');
  let heard = '';
  for await (const chunk of socket) heard += chunk;
  const body = heard.slice(heard.indexOf('\r\n\r\n') + 4);
  return { status: Number(heard.split(' ')[1]), json: body === '' ? {} : JSON.parse(body) };
}

test('a query is read by name, a repeated name as a list', async (t) => {
  const origin = await withBoundApp(t);
  const { json } = await ask(origin, '/x?a=1&b=%E5%B0%8F+2&a=3');
  t.deepEqual(json.query, { a: ['1', '3'], b: '小 2' });
});

test('too many parameters and too long a query are refused, whatever the path', async (t) => {
  const origin = await withBoundApp(t);
  for (const target of [`/?${'a&'.repeat(16)}`, `/x?${'a'.repeat(2_049)}`, `/?a=1#?${'a&'.repeat(16)}`]) {
    const { status, json } = await ask(origin, target);
    t.is(status, 400, target.slice(0, 20));
    t.regex(json.refused, /16 parameters or 2048 characters/);
  }
  t.is((await ask(origin, `/?${'a&'.repeat(15)}`)).status, 200);
});

test('another app may allow more', async (t) => {
  const origin = await withBoundApp(t, () => ({ parameters: 32, length: 8_192 }));
  t.is((await ask(origin, `/?${'a&'.repeat(31)}`)).status, 200);
  t.is((await ask(origin, `/?${'a&'.repeat(32)}`)).status, 400);
});

test('a path is read up to 1 KB', async (t) => {
  const origin = await withBoundApp(t);
  t.is((await ask(origin, `/${'a'.repeat(1_023)}?b`)).status, 200);
  t.is((await ask(origin, `/${'a'.repeat(1_024)}?b`)).status, 400);
});

test('an address in the form for proxies is taken without its host', async (t) => {
  const origin = await withBoundApp(t);
  for (const [target, path] of [
    ['http://login.example/x?a=1', '/x'],
    ['HTTPS://[', '/'],
    ['http://a:b@c?a=1', '/'],
  ] as const) {
    const { status, json } = await ask(origin, target);
    t.is(status, 200, target);
    t.is(json.path, path);
  }
});

test('an address with another scheme is refused and not parsed', async (t) => {
  const origin = await withBoundApp(t);
  for (const target of ['ftp://[/x', 'javascript://%0aalert(1)', 'a://b:c/']) {
    t.is((await ask(origin, target)).status, 400, target);
  }
});

test('preferences longer than any browser’s are not weighed', async (t) => {
  const origin = await withBoundApp(t);
  const kept = await ask(origin, '/', 'Accept: text/html\r\nAccept-Language: zh\r\n');
  t.is(kept.json.accept, 'text/html');
  t.is(kept.json.language, 'zh');
  const dropped = await ask(
    origin,
    '/',
    `Accept: "${','.repeat(2_000)}\r\nAccept-Language: ${'a,'.repeat(2_000)}\r\n`,
  );
  t.is(dropped.json.accept, null);
  t.is(dropped.json.language, null);
});
