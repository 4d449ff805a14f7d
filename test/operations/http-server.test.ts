import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { AddressUnusable, listen, listenBeside } from '#operations/http-server.ts';
import { unwatched } from '#operations/listener-watch.ts';
import { until } from '#test/support/until.ts';

const anywhere = { host: '127.0.0.1', port: 0 };

async function withListener(
  t: ExecutionContext,
  handler: RequestListener,
  limits: { timeoutMs?: number; headersMs?: number; maxConnections?: number } = {},
) {
  const server = await listen(handler, { ...anywhere, ...limits });
  t.teardown(() => {
    server.server.closeAllConnections();
    server.server.close();
  });
  return server;
}

/** A connection that says this and hears everything until its end. */
function talk(t: ExecutionContext, port: number, text: string) {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk;
  });
  socket.on('error', () => {});
  socket.write(text);
  t.teardown(() => socket.destroy());
  return {
    heard: () => heard,
    say: (more: string) => socket.write(more),
    ended: new Promise((resolve) => socket.once('close', resolve)),
    isOver: () => socket.destroyed,
  };
}
const get = 'GET / HTTP/1.1\r\nHost: x\r\n';

test('a request without a body is no stream to wait for, one with a body is read to its end', async (t) => {
  const { port } = await withListener(t, async (request, response) => {
    const wasOver = request.readableEnded;
    let body = '';
    if (!wasOver) for await (const chunk of request) body += chunk;
    response.setHeader('Connection', 'close').end(`${request.method} ${wasOver ? 'none' : body}`);
  });
  for (const [text, told] of [
    ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'GET none'],
    ['POST / HTTP/1.1\r\nHost: x\r\n\r\n', 'POST none'],
    ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody', 'POST body'],
    ['POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n', 'POST body'],
  ] as const) {
    const talking = talk(t, port, text);
    await talking.ended;
    t.true(talking.heard().endsWith(told), talking.heard());
  }
});

test('headers of 16 KB are heard, more are refused and the connection is ended', async (t) => {
  let requests = 0;
  const { port } = await withListener(t, (_request, response) => {
    requests += 1;
    response.end();
  });
  const small = talk(t, port, `${get}Connection: close\r\nX-Much: ${'x'.repeat(15_500)}\r\n\r\n`);
  await small.ended;
  t.regex(small.heard(), /^HTTP\/1\.1 200 /);
  const large = talk(t, port, `${get}X-Much: ${'x'.repeat(17_000)}\r\n\r\n`);
  await large.ended;
  t.regex(large.heard(), /^HTTP\/1\.1 431 /);
  t.is(requests, 1);
});

test('what cannot be read is answered in words, and the listener’s watch hears of it', async (t) => {
  const told: unknown[] = [];
  const server = await listen((_request, response) => response.end(), {
    ...anywhere,
    watch: { ...unwatched, unreadable: (...what) => void told.push(what) },
    unreadable: (status) => ({ type: 'text/html; charset=utf-8', body: `<p>太长 ${status}</p>` }),
  });
  t.teardown(() => server.close());
  const large = talk(t, server.port, `${get}Cookie: ${'sister=x; '.repeat(1_700)}\r\n\r\n`);
  await large.ended;
  t.regex(large.heard(), /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
  t.regex(large.heard(), /\r\nContent-Length: 17\r\n\r\n<p>.+ 431<\/p>$/s);
  t.deepEqual(told, [[431, 'HPE_HEADER_OVERFLOW']]);
});

test('a connection with many requests under way at once is cut off, and others live on', async (t) => {
  const dropped: string[] = [];
  let underWay = 0;
  const server = await listen(
    (request, response) => {
      if (request.url === '/hold') underWay += 1;
      else response.end('done');
    },
    { ...anywhere, watch: { ...unwatched, dropped: (reason) => void dropped.push(reason) } },
  );
  t.teardown(() => {
    server.server.closeAllConnections();
    return server.close();
  });
  const usual = talk(t, server.port, `${get.replace('/', '/hold')}\r\n`.repeat(32));
  await until(() => underWay === 32);
  const greedy = talk(t, server.port, `${get.replace('/', '/hold')}\r\n`.repeat(1_000));
  await greedy.ended;
  t.true(underWay <= 64, `${underWay}`);
  t.deepEqual(dropped, ['pipelined']);
  t.false(usual.isOver());
  t.is(await (await fetch(server.url)).text(), 'done');
});

test('requests that were answered count no longer', async (t) => {
  const { port } = await withListener(t, (_request, response) => response.end('done.'));
  const patient = talk(t, port, '');
  for (let n = 1; n <= 100; n += 1) {
    patient.say(`${get}\r\n`);
    await until(() => patient.heard().split('done.').length === n + 1);
  }
  t.false(patient.isOver());
});

test('headers that take too long are cut off', async (t) => {
  const { port } = await withListener(t, (_request, response) => response.end(), { headersMs: 500 });
  const begun = performance.now();
  const slow = talk(t, port, get);
  await slow.ended;
  t.true(performance.now() - begun < 30_000);
  t.regex(slow.heard(), /^HTTP\/1\.1 408 /);
});

test('who asks and asks and never reads is cut off', async (t) => {
  const { port, server } = await withListener(t, (_request, response) => response.end('x'.repeat(65_536)), {
    timeoutMs: 300,
  });
  const socket = connect(port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  socket.on('error', () => {});
  socket.pause();
  socket.write(`${get}\r\n`.repeat(2_000));
  await once(server, 'connection');
  await until(async () => (await promisify(server.getConnections).call(server)) === 0);
  t.pass();
});

test('beyond so many connections new ones are dropped, and those there are live on', async (t) => {
  const { port, url } = await withListener(t, (_request, response) => response.end('done'), {
    maxConnections: 2,
    headersMs: 2_000,
  });
  const [first, second] = [talk(t, port, get), talk(t, port, get)];
  await until(async () => {
    const third = talk(t, port, `${get}\r\n`);
    await third.ended;
    return third.heard() === '';
  });
  t.false(first.isOver() && second.isOver());
  await Promise.all([first.ended, second.ended]);
  t.is(await (await fetch(url)).text(), 'done');
});

test('what is no HTTP is answered 400', async (t) => {
  const { port } = await withListener(t, (_request, response) => response.end());
  const strange = talk(t, port, '* OK IMAP4 ready\r\n\r\n');
  await strange.ended;
  t.regex(strange.heard(), /^HTTP\/1\.1 400 /);
});

test('at its end requests under way are answered, and nobody new is let in', async (t) => {
  let response: ServerResponse | undefined;
  const { port, close } = await withListener(t, (request, given) => {
    if (request.url === '/slow') response = given;
    else given.end('done');
  });
  const idle = talk(t, port, `${get}\r\n`);
  const underWay = talk(t, port, `${get.replace('/', '/slow')}\r\n`);
  await until(() => response !== undefined && idle.heard().includes('done'));
  const closing = close();
  const late = talk(t, port, `${get}\r\n`);
  await late.ended;
  t.is(late.heard(), '');
  // The idle ones are gone, and several sweeps later those alone.
  await idle.ended;
  const begun = performance.now();
  await until(() => performance.now() - begun > 200);
  t.false(underWay.isOver());
  response?.end('done');
  await Promise.all([closing, underWay.ended]);
  t.regex(underWay.heard(), /done/);
});

test('a connection that is kept open does not hold the end up', async (t) => {
  const { port, close } = await withListener(t, (_request, response) => response.end('done'));
  const kept = talk(t, port, `${get}\r\n`);
  await until(() => kept.heard().includes('done'));
  t.false(kept.isOver());
  await close();
  await kept.ended;
  t.pass();
});

test('a request that never ends is cut off in the end', async (t) => {
  let requests = 0;
  const { port, close } = await withListener(t, () => {
    requests += 1;
  });
  const hanging = talk(t, port, `${get}\r\n`);
  await until(() => requests === 1);
  await close();
  await hanging.ended;
  t.is(hanging.heard(), '');
});

test('a port that is taken is told, or another one is taken beside it', async (t) => {
  const { port, url } = await withListener(t, (_request, response) => response.end('first'));
  t.is(url, `http://127.0.0.1:${port}`);
  await t.throwsAsync(
    listen(() => {}, { ...anywhere, port }),
    { instanceOf: AddressUnusable, message: /EADDRINUSE/ },
  );
  const beside = await listenBeside((_request, response) => response.end('beside'), { ...anywhere, port });
  t.not(beside.port, port);
  t.is(await (await fetch(beside.url)).text(), 'beside');
  await beside.close();
});

test('an address nobody has here is told, not gone around', async (t) => {
  await t.throwsAsync(
    listenBeside(() => {}, { host: '192.0.2.1', port: 0 }),
    { instanceOf: AddressUnusable, message: /EADDRNOTAVAIL/ },
  );
});
