import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { makeCertificate } from '#dev-stores/make-certificate.ts';
import { createFetchLogo, LogoFault } from '#ingress/operator/fetch-logo.ts';

const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(100)]);
const jpeg = Buffer.concat([Buffer.from('\xff\xd8\xff', 'latin1'), Buffer.alloc(100)]);
const webp = Buffer.concat([Buffer.from('RIFF\x10\x00\x00\x00WEBP', 'latin1'), Buffer.alloc(100)]);
const certificate = await makeCertificate();
test.after.always(() => certificate.close());

type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void;

async function withSite(t: ExecutionContext, answer: Answer, { isPlain = false } = {}) {
  const asked: (string | undefined)[] = [];
  const note: Answer = (request, response) => {
    asked.push(request.url);
    answer(request, response);
  };
  const server = isPlain ? http.createServer(note) : https.createServer(certificate, note);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { asked, port, url: `${isPlain ? 'http' : 'https'}://127.0.0.1:${port}/logo` };
}

const fetchHere = createFetchLogo({ allowed: ['127.0.0.0/8'], mayBePlain: false });
const fetchPublic = createFetchLogo({ allowed: [], mayBePlain: true });

for (const [type, bytes] of [
  ['image/png', png],
  ['image/jpeg', jpeg],
  ['image/webp', webp],
] as const) {
  test(`${type} is told by its content, whatever its server calls it`, async (t) => {
    const { url } = await withSite(t, (_, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end(bytes);
    });
    t.deepEqual(await fetchHere(url), { type, bytes });
  });
}

const refused = test.macro({
  async exec(t, _what: string, answer: Answer, words: RegExp) {
    const { url } = await withSite(t, answer);
    const error = await t.throwsAsync(fetchHere(url), { instanceOf: LogoFault });
    t.regex(error?.message ?? '', words);
  },
  title: (_, what: string) => `${what} is no logo`,
});
test(refused, 'SVG', (_, response) => response.end('<svg xmlns="http://www.w3.org/2000/svg"/>'), /PNG, JPEG/);
test(
  refused,
  'a picture of more than 256 KB',
  (_, response) => response.end(Buffer.concat([png, Buffer.alloc(262_144)])),
  /256 KB/,
);
test(
  refused,
  'one that is sent bit by bit for ever',
  (_, response) => {
    response.write(png);
    const timer = setInterval(() => response.write(Buffer.alloc(64_000)), 1);
    response.once('close', () => clearInterval(timer));
  },
  /256 KB/,
);
test(refused, 'an error page', (_, response) => response.writeHead(404).end(png), /answered 404/);
test(refused, 'an answer that never comes', () => {}, /within 2 s/);

test(
  refused,
  'a connection that is taken for something else',
  (_, response) => {
    response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n');
  },
  /closed the connection/,
);

test('a redirect is not followed', async (t) => {
  const { asked, url } = await withSite(t, (_, response) =>
    response.writeHead(302, { Location: '/other' }).end(),
  );
  await t.throwsAsync(fetchHere(url), { instanceOf: LogoFault, message: /answered 302/ });
  t.deepEqual(asked, ['/logo']);
});

test('an address inside is asked for nothing, however it is written', async (t) => {
  const { asked, port } = await withSite(t, (_, response) => response.end(png), { isPlain: true });
  const hosts = [
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '2130706433',
    'localhost',
    '[::ffff:127.0.0.1]',
    '[::7f00:1]',
    '0.0.0.0',
  ];
  for (const host of [...hosts, '10.0.0.1', '169.254.169.254', '[::1]', '[fd00::1]']) {
    const told = await t.throwsAsync(fetchPublic(`http://${host}:${port}/logo`), { instanceOf: LogoFault });
    t.regex(told?.message ?? '', /not public/, host);
  }
  t.deepEqual(asked, []);
});

test('an address must be https, without a user, at the port of a website', async (t) => {
  const { asked, url } = await withSite(t, (_, response) => response.end(png), { isPlain: true });
  await t.throwsAsync(fetchHere(url), { instanceOf: LogoFault, message: /must be https/ });
  await t.throwsAsync(fetchHere('https://a:b@127.0.0.1/'), { instanceOf: LogoFault, message: /user/ });
  await t.throwsAsync(fetchHere('https://127.0.0.1:22/'), { instanceOf: LogoFault, message: /port 22/ });
  t.deepEqual(asked, []);
});
