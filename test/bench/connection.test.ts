import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { createConnection } from '#bench/driver/connection.ts';

test('an answer that comes in parts is told part by part, and is whole at its end', async (t) => {
  const goOn = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    if (request.url === '/next') return response.end('next');
    response.write('a page ');
    await goOn.promise;
    return response.end('and its end');
  }).listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const connection = createConnection(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  t.teardown(() => connection.close());

  const parts: string[] = [];
  const answer = await connection.get('/', '', (soFar) => {
    parts.push(soFar);
    goOn.resolve();
  });
  t.is(answer.body, 'a page and its end');
  t.true(parts[0]?.includes('a page '));
  t.false(parts[0]?.includes('end'));
  // Nothing of the parts is left for the next one.
  t.is((await connection.get('/next', '')).body, 'next');
});
