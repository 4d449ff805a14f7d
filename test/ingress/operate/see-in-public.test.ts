import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { seeInPublic } from '#ingress/operate/forms/see-in-public.ts';

test('a file is seen as the public sees it: the same, another, led elsewhere, or not at all', async (t) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/MP_verify_moved.txt')
      return response.writeHead(302, { Location: '/MP_verify_a.txt' }).end();
    if (request.url === '/MP_verify_gone.txt') return response.writeHead(404).end('a');
    return response.end(request.url === '/MP_verify_long.txt' ? 'x'.repeat(1_000_000) : 'a\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  t.teardown(() => server.closeAllConnections());
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const see = (name: string, expected: string) => seeInPublic({ publicUrl, name, expected });
  t.deepEqual(await see('MP_verify_a.txt', 'a'), { isEqual: true, status: 200, length: 2 });
  t.like(await see('MP_verify_a.txt', 'b'), { isEqual: false, status: 200 });
  t.like(await see('MP_verify_gone.txt', 'a'), { isEqual: false, status: 404 });
  t.like(await see('MP_verify_long.txt', 'a'), { isEqual: false, status: 200 });
  t.like(await see('MP_verify_moved.txt', 'a'), { isEqual: false, status: 302 });
  t.is(asked.at(-1), '/MP_verify_moved.txt');
  t.like(await seeInPublic({ publicUrl: 'http://127.0.0.1:1', name: 'MP_verify_a.txt', expected: 'a' }), {
    isEqual: false,
  });
});
