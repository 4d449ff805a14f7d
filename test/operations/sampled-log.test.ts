import test from 'ava';
import { createSampledLog } from '#operations/sampled-log.ts';
import { capturedLog } from '#test/support/captured-log.ts';

test('the first lines of each kind are written, and one line says how many more there were', (t) => {
  const { log, lines } = capturedLog();
  const sampled = createSampledLog(log, { first: 2 });
  for (let n = 0; n < 100; n += 1) sampled.write('scan', 'info', { n }, 'refused');
  sampled.write('other kind', 'warn', {}, 'refused, too');
  t.is(lines.length, 3);
  t.like(JSON.parse(lines[1] ?? ''), { level: 'info', n: 1, msg: 'refused' });
  sampled.flush();
  t.is(lines.length, 4);
  t.like(JSON.parse(lines[3] ?? ''), { kind: 'scan', more: 98 });
});

test('the next window begins anew, and an empty one leaves nothing', (t) => {
  const { log, lines } = capturedLog();
  const sampled = createSampledLog(log, { first: 1 });
  for (const _ of '12') sampled.write('scan', 'info', {}, 'refused');
  sampled.flush();
  sampled.flush();
  for (const _ of '12') sampled.write('scan', 'info', {}, 'refused');
  t.is(lines.length, 3);
});

test('the window ends by itself', async (t) => {
  const { log, lines } = capturedLog();
  const sampled = createSampledLog(log, { first: 0, windowMs: 10 });
  sampled.write('scan', 'info', {}, 'refused');
  // The window's own timer keeps no process alive.
  while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  t.like(JSON.parse(lines[0] ?? ''), { more: 1 });
});

test('kinds without end are counted as one', (t) => {
  const { log, lines } = capturedLog();
  const sampled = createSampledLog(log, { first: 1 });
  for (let n = 0; n < 1_000; n += 1) sampled.write(`kind ${n}`, 'info', {}, 'refused');
  t.is(lines.length, 201);
  sampled.flush();
  t.like(JSON.parse(lines[201] ?? ''), { kind: 'other', more: 799 });
});
