import type { IncomingMessage } from 'node:http';
import test from 'ava';
import type { Context } from 'koa';
import { Problem } from '#ingress/http/problem.ts';
import { createOpeningLimits } from '#ingress/scan/opening-limits.ts';

const from = (address: string) =>
  ({ req: { address } as unknown as IncomingMessage }) as Pick<Context, 'req'>;
const addressOf = (request: IncomingMessage) => (request as unknown as { address: string }).address;
const refused = { instanceOf: Problem, message: /Too many QR codes/ };

test('one enterprise may have a quarter of all QR codes open, whoever opens them, and the others keep theirs', async (t) => {
  const count = createOpeningLimits({ addressOf, perMinute: 100, most: 8 });
  await count(from('192.0.2.1'), 'acme');
  await count(from('192.0.2.2'), 'acme');
  const error = await t.throwsAsync(count(from('192.0.2.3'), 'acme'), refused);
  t.is(error?.status, 429);
  // The share is that of a scan's lifetime, not of a minute.
  t.true(Number(error?.headers['Retry-After']) > 60);
  await t.notThrowsAsync(count(from('192.0.2.1'), 'other'));
});

test('beyond so many in all nobody opens another', async (t) => {
  const count = createOpeningLimits({ addressOf, perMinute: 100, most: 4 });
  for (const entId of ['a', 'b', 'c', 'd']) await count(from('192.0.2.1'), entId);
  await t.throwsAsync(count(from('192.0.2.1'), 'e'), refused);
});
