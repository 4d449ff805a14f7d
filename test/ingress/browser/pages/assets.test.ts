import { gunzipSync } from 'node:zlib';
import { parse } from 'acorn';
import test from 'ava';
import Koa from 'koa';
import { request } from 'undici';
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
  }
});

test('a file travels packed to whoever takes it so, and plain to others', async (t) => {
  const { origin, urls } = await withAssets(t);
  const load = async (url: string, accepted?: string) => {
    const headers = accepted === undefined ? {} : { 'accept-encoding': accepted };
    const response = await request(`${origin}${url}`, { headers });
    const bytes = Buffer.from(await response.body.arrayBuffer());
    t.is(response.headers['vary'], 'Accept-Encoding');
    t.is(Number(response.headers['content-length']), bytes.byteLength);
    return { bytes, encoding: response.headers['content-encoding'] };
  };
  for (const url of [urls.css, urls.js]) {
    const plain = await load(url);
    t.is(plain.encoding, undefined);
    for (const accepted of ['br', 'identity', 'gzip;q=0', ''])
      t.deepEqual(await load(url, accepted), plain, accepted);
    for (const accepted of ['gzip', 'gzip, deflate, br', 'br;q=1.0, gzip;q=0.5']) {
      const packed = await load(url, accepted);
      t.is(packed.encoding, 'gzip', accepted);
      t.deepEqual(gunzipSync(packed.bytes), plain.bytes);
    }
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
