import { createServer, type IncomingMessage } from 'node:http';
import { createSecureServer } from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { makeCertificate } from '#dev-stores/make-certificate.ts';
import { shared } from '#test/support/shared.ts';
import { CallFailed, createGet } from '#wechat/api/get.ts';

// WeChat is reached by TLS alone: here a server in its place that would speak HTTP/2 too, with a certificate made for it.
const trusted = shared(test, async (t) => {
  const certificate = await makeCertificate();
  t.teardown(certificate.close);
  return certificate;
});

async function withSecureServer(t: ExecutionContext, { cert, key } = trusted()) {
  const versions: string[] = [];
  const connections = new Set<unknown>();
  const server = createSecureServer({ cert, key, allowHTTP1: true }, (request, response) => {
    versions.push(request.httpVersion);
    connections.add(request.socket.remotePort);
    response.end('{"ok":1}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { origin: `https://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, versions, connections };
}

/** An HTTP proxy that leads on what it is asked to, or answers with the status. */
async function withProxy(t: ExecutionContext, { status = 200, hangs = false } = {}) {
  const asked: { host: string; authorization: string | undefined }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connect', (request: IncomingMessage, near: Socket, head: Buffer) => {
    asked.push({ host: request.url ?? '', authorization: request.headers['proxy-authorization'] });
    sockets.add(near);
    near.on('error', () => {});
    if (hangs) return;
    if (status !== 200) {
      near.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const far = connect(Number(port), host, () => {
      near.write('HTTP/1.1 200 OK\r\n\r\n');
      far.write(head);
      near.pipe(far).pipe(near);
    });
    far.on('error', () => near.destroy());
    sockets.add(far);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const url = `http://user:pass%40word@127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked };
}

function get(t: ExecutionContext, origin: string, proxy: { url?: string; except?: string } = {}) {
  const pool = createGet({ origin, connections: 10, proxy });
  t.teardown(() => pool.close());
  return pool;
}

test('calls go by TLS and HTTP/1.1, a connection for each that is under way', async (t) => {
  const { origin, versions, connections } = await withSecureServer(t);
  const pool = get(t, origin);
  const answers = await Promise.all(Array.from({ length: 5 }, () => pool('/', 5_000)));
  t.deepEqual([...new Set(answers.map(({ body }) => body.toString()))], ['{"ok":1}']);
  t.deepEqual([...new Set(versions)], ['1.1']);
  t.is(connections.size, 5);
});

test('a certificate that nobody vouches for is no WeChat: nothing is sent', async (t) => {
  const { generate } = await import('selfsigned');
  const { cert, private: key } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    algorithm: 'sha256',
  });
  const { origin, versions } = await withSecureServer(t, { ...trusted(), cert, key });
  const failure = await t.throwsAsync(get(t, origin)('/', 5_000), { instanceOf: CallFailed });
  t.false(failure?.wasSent);
  t.deepEqual(versions, []);
});

test('by way of a proxy, with its user and password, the same', async (t) => {
  const { origin, host, versions } = await withSecureServer(t);
  const { url, asked } = await withProxy(t);
  const pool = get(t, origin, { url });
  t.is((await pool('/', 5_000)).body.toString(), '{"ok":1}');
  for (let n = 0; n < 5; n += 1) t.is((await pool('/', 5_000)).status, 200);
  const authorization = `Basic ${Buffer.from('user:pass@word').toString('base64')}`;
  // Tunnels are kept; a call begins before the last one's is free.
  t.true(asked.length <= 2);
  for (const one of asked) t.deepEqual(one, { host, authorization });
  t.deepEqual(versions, Array(6).fill('1.1'));
});

test('a host that is named as an exception is reached without it', async (t) => {
  const { origin } = await withSecureServer(t);
  const { url, asked } = await withProxy(t);
  t.is((await get(t, origin, { url, except: 'localhost,127.0.0.1' })('/', 5_000)).status, 200);
  t.deepEqual(asked, []);
});

for (const [what, options] of [
  ['refuses', { status: 407 }],
  ['is silent', { hangs: true }],
] as const) {
  test(`with a proxy that ${what} nothing is sent`, async (t) => {
    const { origin, versions } = await withSecureServer(t);
    const { url } = await withProxy(t, options);
    const failure = await t.throwsAsync(get(t, origin, { url })('/', 700), { instanceOf: CallFailed });
    t.false(failure?.wasSent, String(failure?.cause));
    t.deepEqual(versions, []);
  });
}

test('with a proxy that nobody runs nothing is sent', async (t) => {
  const { origin } = await withSecureServer(t);
  const failure = await t.throwsAsync(get(t, origin, { url: 'http://127.0.0.1:1' })('/', 5_000), {
    instanceOf: CallFailed,
  });
  t.false(failure?.wasSent);
});
