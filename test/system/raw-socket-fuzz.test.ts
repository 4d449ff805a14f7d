import { connect } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import { sharedService } from './shared-service.ts';

const service = await sharedService({ workers: 0 });
const [ingress] = service.ingresses;
const doors = [ingress?.url, ingress?.adminUrl].map((url) => Number(new URL(url ?? '').port));
const entId = 'fuzz';
let credentials = '';
test.before('an enterprise', async () => {
  const { apiKey } = await service.seedEnterprise({ entId });
  credentials = Buffer.from(`${entId}:${apiKey}`).toString('base64');
});

/** Messages under way at once; each waits for the server's silence, so that they cost little more than one. */
const together = 16;
const rounds = Number(process.env['FUZZ_ROUNDS'] ?? 25);
/** A peer that hears nothing for this long hangs up. */
const patienceMs = 250;
const seed = Number(process.env['PROPERTY_SEED'] || Date.now() % 2 ** 31);

const bytes = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array).toString('latin1'));
const text = fc.string({ maxLength: 40, unit: 'binary-ascii' });
const mostly = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: rare });

const method = mostly(
  fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND', 'CONNECT'),
  fc.oneof(text, bytes(8)),
);
const path = fc.constantFrom(
  '/',
  '*',
  '//',
  '/%',
  '/wechatTransfer',
  `/wechatTransfer?ent_id=${entId}`,
  `/wechatTransfer?ent_id=${entId}&browser=any&target=/chat/7`,
  '/wechatTransfer?ent_id=a&ent_id=b',
  `/wechat/callback?code=made-up&state=00${'0'.repeat(32)}`,
  '/wechat/callback?__proto__[state]=a&code[]=b',
  `/logins/00${'0'.repeat(32)}`,
  `/logins/00${'0'.repeat(32)}/status?wait=0`,
  `/logins/00${'0'.repeat(32)}/confirm?held=a.b`,
  '/logins/%00%0d%0a/status',
  '/MP_verify_a.txt',
  '/v1/tickets/redeem',
  '/v1/bindings?openid=o',
  '/v1/bindings/%ff',
  '/v1/accounts/fuzz',
  '/v1/enterprises/other',
  '/queues/static/..%2f..%2fpackage.json',
  '/queues/api/queues?status=__proto__',
  '/healthz',
  '/metrics',
);
const target = mostly(
  path,
  fc.oneof(
    text,
    bytes(40),
    path.map((end) => `http://user@evil.example:99${end}`),
  ),
);
const version = mostly(fc.constant('HTTP/1.1'), fc.oneof(fc.constantFrom('HTTP/1.0', 'HTTP/2.0', ''), text));

const known = fc.constantFrom(
  'Connection: close',
  'Connection: keep-alive, Upgrade',
  'Content-Length: 5',
  'Content-Length: 0',
  'Content-Length: -1',
  'Content-Length: 5, 5',
  'Content-Length: 99999999999999999999',
  'Content-Length : 5',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding:\tchunked',
  'Transfer-Encoding: xchunked',
  'transfer-encoding:\r\n chunked',
  'Host: evil.example',
  'Host:',
  'Expect: 100-continue',
  'Expect: something',
  'Upgrade: websocket',
  'Content-Type: application/json',
  'Content-Type: application/json; charset=utf-7',
  'Content-Encoding: gzip',
  'Content-Encoding: br',
  'Accept: text/html',
  'Accept: ;;q=,*/',
  'Accept-Language: zh;q=x,,;',
  'Cookie: wechat-login="; =;;',
  `Cookie: wechat-login=${'a'.repeat(43)}.acme; wechat-login-line=test.AAAA`,
  'Origin: null',
  'User-Agent: MicroMessenger',
  'X-Forwarded-For: a, b',
  'Authorization: Basic {credentials}',
  `Authorization: Bearer ${service.adminToken}`,
  'Authorization: Basic =',
  `X-Long: ${'x'.repeat(17_000)}`,
);
const header = mostly(
  known,
  fc.tuple(fc.oneof(text, bytes(8)), fc.oneof(text, bytes(30))).map(([name, value]) => `${name}:${value}`),
);
const body = fc.oneof(
  fc.constantFrom('', 'hello', '{"ticket":"a"}', '{"__proto__":{"secret":1},"name":[]}', '[[[[', 'null'),
  fc.constantFrom(
    '5\r\nhello\r\n0\r\n\r\n',
    '0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n',
    'fffffffff\r\n',
  ),
  bytes(60),
);
const lineEnd = mostly(fc.constant('\r\n'), fc.constantFrom('\n', '\r', '\r\r\n', '\0\r\n'));

const requestText = fc
  .record({ method, target, version, end: lineEnd, headers: fc.array(header, { maxLength: 6 }), body })
  .map(({ end, headers, ...of }) => {
    const lines = [`${of.method} ${of.target} ${of.version}`, 'Host: x', ...headers];
    return `${lines.join(end)}${end}${end}${of.body}`;
  });

/** A bit of it goes missing, is doubled, or becomes something else. */
const damaged = fc
  .record({ whole: requestText, at: fc.nat(400), length: fc.nat(20), instead: bytes(6), isCut: fc.boolean() })
  .map(({ whole, at, length, instead, isCut }) => {
    const from = at % (whole.length + 1);
    return isCut ? whole.slice(0, from) : whole.slice(0, from) + instead + whole.slice(from + length);
  });

const message = fc.record({
  door: fc.constantFrom(...doors),
  content: fc.oneof(
    { weight: 4, arbitrary: requestText },
    { weight: 2, arbitrary: damaged },
    { weight: 1, arbitrary: fc.tuple(requestText, requestText).map((pair) => pair.join('')) },
    { weight: 1, arbitrary: bytes(200) },
  ),
  delivery: fc.constantFrom('at once', 'in two', 'byte by byte'),
});
type Message = typeof message extends fc.Arbitrary<infer M> ? M : never;

/** Says it and hears all that comes back, until the server closes or is silent. */
async function say({ door, content, delivery }: Message): Promise<string> {
  const socket = connect(door, '127.0.0.1').setNoDelay();
  const heard: Buffer[] = [];
  const closed = new Promise<boolean>((resolve) => socket.once('close', () => resolve(false)));
  // A server may well cut off who talks like this.
  socket.on('error', () => {});
  socket.on('data', (chunk: Buffer) => heard.push(chunk));
  socket.setTimeout(patienceMs, () => socket.end());
  const data = Buffer.from(content.replaceAll('{credentials}', credentials), 'latin1');
  const size = { 'at once': data.length, 'in two': Math.ceil(data.length / 2), 'byte by byte': 1 }[delivery];
  for (let at = 0; at < data.length && !socket.destroyed; at += size) {
    socket.write(data.subarray(at, at + size));
    // Each piece a packet of its own, as far as the two can tell.
    await nextTurn();
  }
  const isLate = await Promise.race([closed, sleep(15_000, true, { ref: false })]);
  socket.destroy();
  if (isLate) throw new Error(`neither answered nor closed: ${JSON.stringify(content)}`);
  return Buffer.concat(heard).toString('latin1');
}

/** Throws unless it is nothing at all, or answers of which none is the server's own fault. */
async function checkAnswer(message: Message): Promise<void> {
  const heard = await say(message);
  if (heard === '') return;
  const statuses = Array.from(heard.matchAll(/HTTP\/1\.1 (\d{3}) [A-Za-z' -]+\r\n/g), ([, status]) =>
    Number(status),
  );
  const isAnswer = heard.startsWith('HTTP/1.1 ') && statuses.length > 0;
  if (!isAnswer || statuses.some((status) => status >= 500)) {
    throw new Error(`${JSON.stringify(message)}\nwas answered ${JSON.stringify(heard.slice(0, 300))}`);
  }
}

test('whatever bytes come, the answer is clean, the process lives, and others are served beside', async (t) => {
  t.log(`PROPERTY_SEED=${seed}`);
  const over = new AbortController();
  const healthy = (async () => {
    let served = 0;
    for (const person = service.person(); !over.signal.aborted; served += 1) {
      await person.start(entId);
      t.is((await person.poll()).status, 'pending');
      await sleep(20);
    }
    return served;
  })();

  const property = fc.asyncProperty(
    fc.array(message, { minLength: together, maxLength: together }),
    async (messages) => {
      await Promise.all(messages.map(checkAnswer));
    },
  );
  const { errorInstance } = await fc.check(property, {
    numRuns: rounds,
    seed,
    interruptAfterTimeLimit: 15_000,
    endOnFailure: true,
  });
  over.abort();
  const served = await healthy;
  t.is((errorInstance as Error | null)?.message, undefined);
  t.true(served > 0);
  t.is((await fetch(`${ingress?.adminUrl}/healthz`)).status, 200);
  t.deepEqual(
    service.logs().filter((line) => /"level":"(error|fatal)"/.test(line)),
    [],
  );
});
