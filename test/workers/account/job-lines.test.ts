import test from 'ava';
import type { ExchangeJob } from '#models/login/job.ts';
import { HeldBackError } from '#workers/account/held-back-error.ts';
import { createJobLines } from '#workers/account/job-lines.ts';

const now = 1_800_000_000_000;
const data: ExchangeJob = {
  login: '00aa',
  n: 1,
  entId: 'acme',
  appid: 'wx1',
  recordedAt: now,
  diesAt: now + 300_000,
};
const job = { id: '00aa-1', data, attemptsStarted: 1 };
const anyName = () => true;

/** Lines in which everybody's place is so many ms away. */
function withLines(placeMs: number) {
  const asked: unknown[][] = [];
  const lines = createJobLines({
    capacity: {
      async lineUp(...args) {
        asked.push(args);
        return placeMs;
      },
    },
    clock: { now: () => now },
    leastUsefulMs: 5_000,
  });
  return { lines, asked };
}

test('a job is delayed by its place in its account’s line, and a little, so that they come one by one', async (t) => {
  const { lines, asked } = withLines(20_000);
  const delays = await Promise.all(
    Array.from({ length: 20 }, () => lines.delayOf(job, new HeldBackError(1_000.5))),
  );
  t.deepEqual(asked[0], ['wx1', { id: '00aa-1', entId: 'acme', leastDelayMs: 1_001 }]);
  t.true(
    delays.every((delay) => delay >= 20_000 && delay <= 25_000),
    delays.join(),
  );
  t.true(new Set(delays).size > 5);
});

test('a job of a slice stands in the slice’s line', async (t) => {
  const { lines, asked } = withLines(100);
  await lines.delayOf(job, new HeldBackError(1, 'wx1/acme'));
  t.is(asked[0]?.[0], 'wx1/acme');
});

test('no job is delayed past its code’s last useful moment: its login ends then', async (t) => {
  const { lines } = withLines(60_000);
  const dies = (inMs: number) => ({ ...job, data: { ...data, diesAt: now + inMs } });
  t.is(await lines.delayOf(dies(30_000), new HeldBackError(1)), 25_000);
  t.is(await lines.delayOf(dies(1_000), new HeldBackError(1)), 0);
});

test('where a later code than the job’s is held back, its death counts: by the job’s own it would be back at once', async (t) => {
  const { lines } = withLines(60_000);
  const dead = { ...job, data: { ...data, diesAt: now - 1_000 } };
  t.is(await lines.delayOf(dead, new HeldBackError(1, undefined, now + 30_000)), 25_000);
});

test('a job that was in a line is told to have left it, once', (t) => {
  const { lines } = withLines(0);
  lines.leave(job);
  t.deepEqual([...lines.takeLeft(anyName)], []);
  lines.leave({ ...job, attemptsStarted: 2 });
  const left = lines.takeLeft(anyName);
  t.deepEqual(
    [...left],
    [
      ['wx1', ['00aa-1']],
      ['wx1/acme', ['00aa-1']],
      ['wx1/acme/-', ['00aa-1']],
      ['wx1/acme/*', ['00aa-1']],
    ],
  );
  t.deepEqual([...lines.takeLeft(anyName)], []);
  lines.putBack(left);
  t.deepEqual([...lines.takeLeft((name) => name === 'wx1')], [['wx1', ['00aa-1']]]);
  t.deepEqual([...lines.takeLeft(anyName).keys()], ['wx1/acme', 'wx1/acme/-', 'wx1/acme/*']);
});

test('one that was set apart from others may have been in a line before its first run', (t) => {
  const { lines } = withLines(0);
  lines.leave({ ...job, data: { ...data, claimAs: 'b2-aa' } });
  t.deepEqual(lines.takeLeft(anyName).get('wx1'), ['00aa-1']);
});

test('a job whose client is known leaves the lines of its client’s slices, too', (t) => {
  const { lines } = withLines(0);
  lines.leave({ ...job, data: { ...data, client: 'c' }, attemptsStarted: 2 });
  t.deepEqual([...lines.takeLeft(anyName).keys()], ['wx1', 'wx1/acme', 'wx1/acme/c', 'wx1/acme/*']);
});

test('a job that is called back long before its time is held for a moment; one in time is not', async (t) => {
  const { lines } = withLines(60_000);
  const timed = async () => {
    const begun = performance.now();
    await lines.cameBack(job);
    return performance.now() - begun;
  };
  const atFirst = await timed();
  await lines.delayOf(job, new HeldBackError(1));
  const early = await timed();
  lines.leave({ ...job, attemptsStarted: 2 });
  const inTime = await timed();
  t.true(early >= 990 && atFirst < early && inTime < early, `${atFirst} ${early} ${inTime}`);
});

test('a job that is back a moment too early is held until its time, and one that is in time is not', async (t) => {
  const { lines } = withLines(100);
  const delay = await lines.delayOf(job, new HeldBackError(1));
  const begun = performance.now();
  await lines.cameBack(job);
  t.true(performance.now() - begun >= delay - 30);
  const after = performance.now();
  await lines.cameBack(job);
  t.true(performance.now() - after < delay);
});
