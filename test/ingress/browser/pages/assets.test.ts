import { parse } from 'acorn';
import test from 'ava';
import Koa from 'koa';
import { createAssets } from '#ingress/browser/pages/assets.ts';
import { withServer } from '#test/ingress/with-server.ts';

async function withAssets(t: Parameters<typeof withServer>[0]) {
  const { middleware, urls } = createAssets();
  const app = new Koa().use(middleware).use((ctx) => {
    ctx.status = 418;
  });
  return { origin: await withServer(t, app), urls };
}

test('a file is served with its type and may be kept for ever', async (t) => {
  const { origin, urls } = await withAssets(t);
  for (const [url, type] of [
    [urls.css, 'text/css; charset=utf-8'],
    [urls.js, 'text/javascript; charset=utf-8'],
  ] as const) {
    const response = await fetch(`${origin}${url}`);
    t.is(response.status, 200);
    t.is(response.headers.get('content-type'), type);
    t.is(response.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    t.is(response.headers.get('x-content-type-options'), 'nosniff');
    t.is((await response.arrayBuffer()).byteLength, Number(response.headers.get('content-length')));
  }
});

test('what is not a file of this release is left to the next', async (t) => {
  const { origin, urls } = await withAssets(t);
  const others = ['/assets/page.css', '/assets/page.000000000000.css', '/assets/../package.json', '/'];
  for (const path of others) t.is((await fetch(`${origin}${path}`)).status, 418, path);
  t.is((await fetch(`${origin}${urls.js}`, { method: 'POST' })).status, 418);
});

test('a HEAD tells the size and sends nothing', async (t) => {
  const { origin, urls } = await withAssets(t);
  const response = await fetch(`${origin}${urls.css}`, { method: 'HEAD' });
  t.true(Number(response.headers.get('content-length')) > 1000);
  t.is(await response.text(), '');
});

test('the script keeps to ES2017, which the WebViews of old Android phones know', async (t) => {
  const { origin, urls } = await withAssets(t);
  const script = await (await fetch(`${origin}${urls.js}`)).text();
  t.notThrows(() => parse(script, { ecmaVersion: 2017, sourceType: 'script' }));
});
