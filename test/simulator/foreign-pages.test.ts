import test, { type ExecutionContext } from 'ava';
import { request } from 'undici';
import { withSimulator } from './with-simulator.ts';

type Headers = Record<string, string>;

/** What became of posting with these headers to the panel, the control API and the try-out, and of the faults. */
async function post(t: ExecutionContext, headersOf: (url: URL) => Headers) {
  const { control, url } = await withSimulator(t, { publicUrl: 'https://wechat.example' });
  const answers = [];
  for (const [path, body] of [
    ['/panel/faults', 'on=hang'],
    ['/_simulator/faults', '{"kind":"hang"}'],
    ['/try/trade', 'code=unknown'],
  ]) {
    // Browsers send these two by themselves; fetch would not let a test.
    const { statusCode, body: answer } = await request(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headersOf(new URL(url)) },
      body: body ?? '',
    });
    await answer.dump();
    answers.push(statusCode);
    control.clearFaults();
  }
  return answers;
}

const takes: readonly (readonly [what: string, headersOf: (url: URL) => Headers])[] = [
  ['a program, which says nothing', () => ({})],
  ['a program, whatever name it calls', ({ port }) => ({ host: `wechat.internal.example:${port}` })],
  ['a person who typed the address', () => ({ 'sec-fetch-site': 'none' })],
  ['its own page', ({ origin }) => ({ origin, 'sec-fetch-site': 'same-origin' })],
  ['its own page in a browser that tells the origin alone', ({ origin }) => ({ origin })],
  [
    'its own page by the name of this machine',
    ({ port }) => ({ host: `localhost:${port}`, origin: `http://localhost:${port}` }),
  ],
  [
    'its own page by a name below localhost',
    ({ port }) => ({ host: `wechat.localhost:${port}`, origin: `http://wechat.localhost:${port}` }),
  ],
  [
    'its own page by an address of IPv6',
    ({ port }) => ({ host: `[::1]:${port}`, origin: `http://[::1]:${port}` }),
  ],
  [
    'its own page by an address of IPv6 that holds one of IPv4',
    ({ port }) => ({ host: `[::ffff:7f00:1]:${port}`, origin: `http://[::ffff:7f00:1]:${port}` }),
  ],
  [
    'its own page at its public address',
    () => ({ host: 'wechat.example', origin: 'https://wechat.example', 'sec-fetch-site': 'same-origin' }),
  ],
];
for (const [what, headersOf] of takes) {
  test(`taken from ${what}`, async (t) => {
    t.deepEqual(await post(t, headersOf), [303, 200, 200]);
  });
}

const refuses: readonly (readonly [what: string, headersOf: (url: URL) => Headers])[] = [
  ['another site', () => ({ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })],
  ['a browser that tells no origin, but that it is another site', () => ({ 'sec-fetch-site': 'cross-site' })],
  ['another port of this machine', () => ({ origin: 'http://127.0.0.1:9', 'sec-fetch-site': 'same-site' })],
  ['a browser that tells another origin alone', () => ({ origin: 'http://127.0.0.1:9' })],
  [
    'an address of IPv6 without its brackets, which no browser sends',
    ({ port }) => ({ host: `::1:${port}`, 'sec-fetch-site': 'same-origin' }),
  ],
  ['a page without an origin', () => ({ origin: 'null' })],
  [
    'a name that was pointed here',
    ({ port }) => ({
      host: `evil.example:${port}`,
      origin: `http://evil.example:${port}`,
      'sec-fetch-site': 'same-origin',
    }),
  ],
];
for (const [what, headersOf] of refuses) {
  test(`refused from ${what}`, async (t) => {
    t.deepEqual(await post(t, headersOf), [403, 403, 403]);
  });
}

test('no page can put the panel into a frame', async (t) => {
  const { url } = await withSimulator(t);
  t.regex((await fetch(url)).headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
});
