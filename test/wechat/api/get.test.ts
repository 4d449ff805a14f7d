import { gzipSync } from 'node:zlib';
import test from 'ava';
import { freePort } from '#dev-stores/free-port.ts';
import { until } from '#test/support/until.ts';
import { CallFailed } from '#wechat/api/get.ts';
import { pool, withBytes, withHttp } from './with-http.ts';

const headOf = (length: number) => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`;

async function failureOf(call: Promise<unknown>): Promise<CallFailed> {
  const error = await call.then(
    () => new Error('it did not fail'),
    (failure: unknown) => failure,
  );
  if (!(error instanceof CallFailed)) throw error;
  return error;
}

test('an answer comes with its status and its bytes as they are', async (t) => {
  const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x00, 0xff, 0xfe]);
  const { get } = await withHttp(t, (_request, response) => response.writeHead(502).end(bytes));
  const answer = await get('/path', 5_000);
  t.is(answer.status, 502);
  t.deepEqual(answer.body, bytes);
});

test('an answer in many pieces is put together', async (t) => {
  const { get } = await withHttp(t, async (_request, response) => {
    for (const piece of ['{"a"', ':', '1}']) {
      response.write(piece);
      await new Promise(setImmediate);
    }
    response.end();
  });
  t.is((await get('/', 5_000)).body.toString(), '{"a":1}');
});

test('no compression is asked for, and none undone', async (t) => {
  const packed = gzipSync('{}');
  let asked: string | undefined;
  const { get } = await withHttp(t, (request, response) => {
    asked = request.headers['accept-encoding'];
    response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(packed);
  });
  t.deepEqual((await get('/', 5_000)).body, packed);
  t.is(asked, undefined);
});

test('a redirect is an answer, not an order', async (t) => {
  const { get, requests } = await withHttp(t, (_request, response) =>
    response.writeHead(302, { Location: '/other' }).end(),
  );
  t.is((await get('/', 5_000)).status, 302);
  t.deepEqual(requests, ['/']);
});

const slow = test.macro({
  async exec(t, _what: string, write: (send: (bytes: string) => void) => void) {
    const timers: NodeJS.Timeout[] = [];
    const { get, requests } = await withBytes(t, (socket) => write((bytes) => socket.write(bytes)));
    t.teardown(() => timers.forEach(clearInterval));
    const failure = await failureOf(get('/', 300));
    t.is(failure.kind, 'timeout');
    t.true(failure.wasSent);
    t.is(requests(), 1);
  },
  title: (_, what) => `the deadline covers ${what}`,
});
/** One byte every 20 ms, for as long as anybody listens. */
const drip = (text: string) => (send: (bytes: string) => void) => {
  let at = 0;
  const timer = setInterval(() => (at < text.length ? send(text[at++] ?? '') : clearInterval(timer)), 20);
};
test(slow, 'a server that never answers', () => {});
test(slow, 'headers that drip in', drip(`HTTP/1.1 200 OK\r\n${'X-Slow: yes\r\n'.repeat(50)}`));
test(slow, 'a body that never begins', (send) => send(headOf(5)));
test(slow, 'a body that drips in', drip(headOf(1_000) + 'x'.repeat(1_000)));
test(slow, 'informational answers without an end', drip('HTTP/1.1 100 Continue\r\n\r\n'.repeat(100)));

test('a call that nobody accepts was not sent', async (t) => {
  const get = pool(t, `http://127.0.0.1:${await freePort()}`);
  t.like(await failureOf(get('/', 5_000)), { kind: 'network', wasSent: false });
});

test('a call to a name that does not exist was not sent', async (t) => {
  const get = pool(t, 'http://does-not-exist.invalid');
  t.false((await failureOf(get('/', 5_000))).wasSent);
});

test('a call that found no free connection was not sent, and is never sent later', async (t) => {
  let letGo = () => {};
  const { get, requests } = await withHttp(
    t,
    (_request, response) => {
      letGo = () => void response.end('done');
    },
    { connections: 1 },
  );
  const first = get('/first', 10_000);
  await until(() => requests.length === 1);
  t.like(await failureOf(get('/second', 100)), { kind: 'timeout', wasSent: false });
  letGo();
  await first;
  const third = get('/third', 10_000);
  await until(() => requests.length > 1);
  letGo();
  await third;
  t.deepEqual(requests, ['/first', '/third']);
});

test('a call whose connection is reset was sent, once', async (t) => {
  const { get, requests } = await withBytes(t, (socket) => socket.resetAndDestroy());
  t.like(await failureOf(get('/', 5_000)), { kind: 'network', wasSent: true });
  t.is(requests(), 1);
});

const brokenOff = test.macro({
  async exec(t, _what: string, bytes: string) {
    const { get, requests } = await withBytes(t, (socket) => socket.end(bytes));
    t.like(await failureOf(get('/', 5_000)), { kind: 'network', wasSent: true });
    t.is(requests(), 1);
  },
  title: (_, what) => `a call that is answered by ${what} was sent, once`,
});
test(brokenOff, 'the end of the connection', '');
test(brokenOff, 'half a head', 'HTTP/1.1 200 O');
test(brokenOff, 'a body shorter than its length', `${headOf(10)}half`);
test(brokenOff, 'something that is not HTTP', '* OK IMAP4 ready\r\n\r\n');
test(
  brokenOff,
  'a change of protocol',
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
);

test('a call that meets a kept connection’s end is sent once on the server’s side', async (t) => {
  // Answers the first call of each connection, then ends the connection on the second: the race of keep-alive.
  const served = new WeakSet<object>();
  const { get, requests, connections } = await withBytes(
    t,
    (socket) => {
      if (served.has(socket)) return socket.destroy();
      served.add(socket);
      return socket.write(`${headOf(2)}{}`);
    },
    { connections: 1 },
  );
  await get('/first', 5_000);
  t.like(await failureOf(get('/second', 5_000)), { kind: 'network', wasSent: true });
  t.is(requests(), 2);
  await get('/third', 5_000);
  t.is(requests(), 3);
  t.is(connections(), 2);
});

test('a connection that the server closed while it was idle is not used again', async (t) => {
  const server = await withBytes(t, (socket) => socket.end(`${headOf(2)}{}`), { connections: 1 });
  for (const path of ['/first', '/second', '/third']) {
    t.is((await server.get(path, 5_000)).status, 200);
    await until(() => server.openConnections() === 0);
  }
  t.is(server.requests(), 3);
  t.is(server.connections(), 3);
});

test('an idle connection is used again', async (t) => {
  const { get, connections } = await withBytes(t, (socket) => socket.write(`${headOf(2)}{}`), {
    connections: 1,
  });
  for (const path of ['/first', '/second', '/third']) await get(path, 5_000);
  t.is(connections(), 1);
});

test('no more than 64 KB of an answer are read', async (t) => {
  const { get, server } = await withHttp(t, (_request, response) => {
    const timer = setInterval(() => response.write('x'.repeat(16_384)), 1);
    response.on('close', () => clearInterval(timer));
  });
  t.like(await failureOf(get('/', 20_000)), { kind: 'oversized', wasSent: true });
  // The rest is not waited for: the connection is gone.
  await until(
    async () =>
      (await new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)))) === 0,
  );
});

test('an answer of just 64 KB is read', async (t) => {
  const { get } = await withHttp(t, (_request, response) => response.end('x'.repeat(65_536)));
  t.is((await get('/', 5_000)).body.length, 65_536);
});

test('a pool that is closed sends nothing', async (t) => {
  const { get, requests } = await withHttp(t, (_request, response) => response.end());
  await get.close();
  t.false((await failureOf(get('/', 5_000))).wasSent);
  t.deepEqual(requests, []);
});

test('a failure quotes nothing of the request', async (t) => {
  const { get } = await withBytes(t, (socket) => socket.resetAndDestroy());
  const failure = await failureOf(get('/sns/oauth2/access_token?secret=canary&code=canary', 5_000));
  t.notRegex(`${failure} ${failure.stack} ${failure.cause}`, /canary/);
});
