import test from 'ava';
import { workerNameOf } from '#models/account/reports.ts';
import { withCapacity } from './with-capacity.ts';

const near = (value: number, wanted: number, by: number) => Math.abs(value - wanted) <= by;

test('an account’s calls come in blocks of a fortieth of a second, a second of them at once', async (t) => {
  const { take, takeAll } = withCapacity(t);
  t.deepEqual(await take(), { verb: 'go', calls: 10 });
  t.true((await takeAll('wx1')) >= 380);
});

test('a budget that is used up tells when there is a call again', async (t) => {
  const { take, takeAll } = withCapacity(t, { callsPerSecond: 1 });
  await takeAll('wx1');
  const empty = await take();
  t.true(empty.verb === 'wait' && empty.ms > 0 && empty.ms <= 1_000);
});

test('calls come back at the account’s rate, by Redis’s clock', async (t) => {
  const { takeAll, clock } = withCapacity(t, { callsPerSecond: 10 });
  // Real time passes too, and more of it on a busy machine: it brings its calls along.
  const takes = async (least: number) => {
    const begun = performance.now();
    const calls = await takeAll('wx1');
    const most = least + 1 + Math.ceil((performance.now() - begun) / 100);
    t.true(calls >= least && calls <= most, `${calls}, at most ${most}`);
  };
  await takes(10);
  clock.offsetMs += 500;
  await takes(5);
  clock.offsetMs += 60_000;
  await takes(10);
});

test('all workers share one budget, and each account has its own', async (t) => {
  const { capacity, create, takeAll } = withCapacity(t, { callsPerSecond: 1 });
  t.is(await takeAll('wx1'), 5);
  t.is((await create().take('wx1', { triesForMs: 8_000 })).verb, 'wait');
  t.is((await capacity.take('wx2', { triesForMs: 8_000 })).verb, 'go');
});

test('who leaves a part to others finds nothing where they still find something', async (t) => {
  const { takeAll } = withCapacity(t, { callsPerSecond: 1 });
  t.is(await takeAll('wx1', { leaves: 0.2 }), 4);
  t.is(await takeAll('wx1'), 1);
});

test('"too often" closes the account for three seconds, told as news once, and halves its rate', async (t) => {
  const { capacity, intoMinute, take, entryOf } = withCapacity(t);
  await intoMinute(10_000);
  t.deepEqual(await capacity.close('wx1', 'paused', 45_011), { isNews: true, closedForMs: 3_000 });
  const again = await capacity.close('wx1', 'paused', 45_011);
  t.false(again.isNews);
  t.true(near(again.closedForMs, 3_000, 500));
  t.like(await take(), { verb: 'closed', state: 'paused', cause: '45011' });
  t.like(await entryOf('wx1'), { state: 'paused', cause: '45011', waiting: 0 });
});

test('once its time is over one login tries it, and the others wait for the end of that', async (t) => {
  const { capacity, clock, intoMinute, take, takeAll } = withCapacity(t);
  await intoMinute(10_000);
  await capacity.close('wx1', 'paused', 45_011);
  clock.offsetMs += 3_000;
  t.deepEqual(await take(), { verb: 'probe', calls: 1 });
  const other = await take();
  t.like(other, { verb: 'closed', state: 'paused' });
  t.true(other.verb === 'closed' && near(other.ms, 8_000, 500));
  t.true(await capacity.open('wx1'));
  t.true((await takeAll('wx1')) > 100);
  t.false(await capacity.open('wx1'));
});

test('a try that nobody hears of any more makes room for another', async (t) => {
  const { capacity, clock, intoMinute, take } = withCapacity(t);
  await intoMinute(10_000);
  await capacity.close('wx1', 'misconfigured', 40_125);
  clock.offsetMs += 4_000;
  t.is((await take()).verb, 'probe');
  clock.offsetMs += 8_001;
  t.is((await take()).verb, 'probe');
});

test('each failed try doubles the wait, to a quarter of a minute, and never past the next full minute', async (t) => {
  const { capacity, clock, intoMinute } = withCapacity(t);
  await intoMinute(1_000);
  const waits: number[] = [];
  for (let tries = 0; tries < 6; tries += 1) {
    const { closedForMs } = await capacity.close('wx1', 'paused', 45_011);
    waits.push(closedForMs);
    clock.offsetMs += closedForMs;
  }
  t.deepEqual(waits.slice(0, 5), [3_000, 6_000, 12_000, 15_000, 15_000]);
  // 51 s and a little more of this minute are over.
  t.true(near(waits[5] ?? 0, 8_000, 1_000), waits.join());
});

test('a guest of a flooded account may try it before its time, one a second', async (t) => {
  const { capacity, clock, intoMinute, take } = withCapacity(t);
  await intoMinute(10_000);
  await capacity.close('wx1', 'paused', 45_011);
  t.is((await take('wx1', { isFirstToTry: true })).verb, 'probe');
  const refused = await capacity.close('wx1', 'paused', 45_011);
  t.true(near(refused.closedForMs, 3_000, 500), 'a try before its time closes it no longer');
  t.is((await take('wx1', { isFirstToTry: true })).verb, 'closed');
  clock.offsetMs += 1_000;
  t.is((await take('wx1', { isFirstToTry: true })).verb, 'probe');
});

test('a code that was sent before does not try it, unless a new minute has begun', async (t) => {
  const { capacity, clock, intoMinute, take } = withCapacity(t);
  await intoMinute(30_000);
  await capacity.close('wx1', 'paused', 45_011);
  clock.offsetMs += 5_000;
  t.like(await take('wx1', { isSecond: true }), { verb: 'closed', state: 'paused', ms: 3_000 });
  t.is((await take()).verb, 'probe');
  await capacity.close('wx1', 'paused', 45_011);
  clock.offsetMs += 26_000;
  t.is((await take('wx1', { isSecond: true })).verb, 'probe');
});

test('the day’s quota is asked for again in the next minute, a wrong secret after four seconds', async (t) => {
  const { capacity, intoMinute } = withCapacity(t);
  await intoMinute(15_000);
  t.true(near((await capacity.close('wx1', 'exhausted', 45_009)).closedForMs, 45_000, 500));
  t.is((await capacity.close('wx2', 'misconfigured', 'unsealable')).closedForMs, 4_000);
});

test('a spell of refusals halves the rate once, the next one again; a minute later it is back', async (t) => {
  const { capacity, clock, lineUp, entryOf, report } = withCapacity(t);
  await report({ answered: 60_000 });
  await lineUp('job');
  const rate = async () => (await entryOf('wx1'))?.perSecond ?? 0;
  t.is(await rate(), 400);
  for (const _ of Array(10)) await capacity.slowDown('wx1');
  t.true(near(await rate(), 200, 2), String(await rate()));
  clock.offsetMs += 60_000;
  t.is(await rate(), 400);
});

test('a limit that is met again and again is approached from below: down towards what was answered, and slower back', async (t) => {
  const { capacity, clock, lineUp, entryOf, report } = withCapacity(t);
  for (let n = 0; n < 30; n += 1) await lineUp(`job ${n}`);
  await report({ answered: 600 });
  await capacity.slowDown('wx1');
  clock.offsetMs += 30_000;
  await capacity.slowDown('wx1');
  const entry = await entryOf('wx1');
  // 600 in the last minute are ten a second, and fewer as time goes by.
  t.true((entry?.perSecond ?? 0) > 4 && (entry?.perSecond ?? 0) < 10, String(entry?.perSecond));
  clock.offsetMs += 60_000;
  await report({ answered: 60_000 });
  const healed = (await entryOf('wx1'))?.perSecond ?? 0;
  t.true(healed > 40 && healed < 60, String(healed));
});

test('few answers of a slowed account whose line is empty tell how few came: more are let in, and more with each answer', async (t) => {
  const { capacity, entryOf, report } = withCapacity(t);
  await capacity.slowDown('wx1');
  t.is((await entryOf('wx1'))?.perSecond, 5);
  await report({ answered: 600 });
  const more = (await entryOf('wx1'))?.perSecond ?? 0;
  t.true(more > 35 && more <= 40, String(more));
});

test('five calls a second are always left', async (t) => {
  const { capacity, clock, takeAll } = withCapacity(t);
  for (const _ of Array(30)) {
    await capacity.slowDown('wx1');
    clock.offsetMs += 5_000;
  }
  await takeAll('wx1');
  clock.offsetMs += 1_000;
  t.true((await takeAll('wx1')) >= 5);
});

test('an operator whose limit is lower still is not overruled', async (t) => {
  const { capacity, clock, takeAll } = withCapacity(t, { callsPerSecond: 1 });
  for (const _ of Array(10)) {
    await capacity.slowDown('wx1');
    clock.offsetMs += 5_000;
  }
  await takeAll('wx1');
  clock.offsetMs += 3_000;
  t.is(await takeAll('wx1'), 3);
});

test('an enterprise’s slice is a budget of its own: one call a second', async (t) => {
  const { takeAll, clock } = withCapacity(t);
  t.is(await takeAll('wx1/acme'), 5);
  clock.offsetMs += 2_000;
  t.is(await takeAll('wx1/acme'), 2);
});

test('jobs that wait come back one by one, at their account’s rate', async (t) => {
  const { lineUp } = withCapacity(t, { callsPerSecond: 10 });
  const delays: number[] = [];
  for (let n = 0; n < 5; n += 1) delays.push(await lineUp(`job ${n}`));
  t.deepEqual(delays, [0, 100, 200, 300, 400]);
  // Whoever comes back to the line finds the old place.
  t.is(await lineUp('job 2'), 200);
});

test('behind a closed account they come back after its time, and nobody waits for longer than a minute', async (t) => {
  const { capacity, intoMinute, lineUp } = withCapacity(t, { callsPerSecond: 10 });
  await intoMinute(10_000);
  await capacity.close('wx1', 'paused', 45_011);
  // A busy machine takes its time between the close and these.
  const first = await lineUp('first');
  t.true(first > 0 && first <= 3_500, String(first));
  // At half the rate now: two tenths of a second later.
  const second = await lineUp('second');
  t.true(second > 0 && second <= first + 200, `${first} ${second}`);
  t.true((await lineUp('patient', { leastDelayMs: 50_000 })) >= 50_000);
  for (let n = 0; n < 400; n += 1) await lineUp(`job ${n}`);
  t.is(await lineUp('last'), 60_000);
});

test('a flood stands behind itself, not before another enterprise', async (t) => {
  const { lineUp } = withCapacity(t, { callsPerSecond: 10 });
  for (let n = 0; n < 200; n += 1) await lineUp(`flood ${n}`, { entId: 'flood' });
  const guest = await lineUp('guest', { entId: 'guest' });
  t.true(guest <= 2_000, String(guest));
  t.true((await lineUp('flood 200', { entId: 'flood' })) >= 20_000);
});

test('a Redis whose clock goes back, as after a failover, holds no account up for that', async (t) => {
  const { takeAll, take, entryOf, capacity, clock } = withCapacity(t, { callsPerSecond: 10 });
  t.true((await takeAll('wx1')) >= 10);
  clock.offsetMs -= 600_000;
  const { verb, ms = 0 } = (await take()) as { verb: string; ms?: number };
  t.true(verb === 'go' || ms <= 1_000, `${verb} ${ms}`);
  clock.offsetMs += 1_000;
  t.true((await takeAll('wx1')) >= 9);

  for (const state of ['paused', 'misconfigured'] as const) {
    const { closedForMs } = await capacity.close('wx2', state, 45_011);
    clock.offsetMs -= 600_000;
    const left = (await entryOf('wx2'))?.closedForMs ?? 0;
    t.true(left <= Math.max(closedForMs, 60_000), `${state} ${left}`);
  }
  clock.offsetMs += 60_001;
  t.is((await take('wx2')).verb, 'probe');
});

test('nobody waits for places that Redis has lost: only those who stand in the line count, in their order', async (t) => {
  const { lineUp, clock, redis, prefix } = withCapacity(t, { callsPerSecond: 10 });
  for (let n = 0; n < 200; n += 1) await lineUp(`job ${n}`);
  const [key = ''] = await redis.keys(`*${prefix}*line:wx1`);
  // Restarted with what was on its disk; and on a machine whose clock is behind.
  await redis.zremrangebyrank(key, 1, -1);
  clock.offsetMs -= 600_000;
  t.is(await lineUp('job 199'), 100);
  t.is(await lineUp('job 150'), 200);
  t.is(await lineUp('job 0'), 0);
});

test('who waits is counted until a worker tells that the job has left', async (t) => {
  const { lineUp, entryOf, report } = withCapacity(t);
  for (const id of ['a', 'b', 'c']) await lineUp(id);
  t.like(await entryOf('wx1'), { state: 'open', waiting: 3 });
  await report({ left: ['a', 'b'] });
  t.is((await entryOf('wx1'))?.waiting, 1);
  await report({ left: ['c'] });
  t.is(await entryOf('wx1'), undefined);
});

test('a job that nobody came back for does not wait for ever', async (t) => {
  const { lineUp, entryOf, clock } = withCapacity(t);
  await lineUp('lost');
  clock.offsetMs += 10 * 60_000 + 1;
  await lineUp('new');
  t.is((await entryOf('wx1'))?.waiting, 1);
});

test('an account is unreachable while its workers say so, and for three seconds at most after that', async (t) => {
  const { report, entryOf, clock } = withCapacity(t);
  await report({ isDown: true });
  t.like(await entryOf('wx1'), { state: 'unreachable' });
  clock.offsetMs += 3_001;
  t.is(await entryOf('wx1'), undefined);
});

test('an unreachable account is for each worker to try by itself', async (t) => {
  const { report, take, lineUp } = withCapacity(t);
  await report({ isDown: true });
  t.is((await take()).verb, 'go');
  t.is(await lineUp('job'), 0);
});

test('one worker that is answered outweighs another whose way out is closed', async (t) => {
  const { report, entryOf, clock } = withCapacity(t);
  await report({ isDown: true });
  await report({ worker: 'w2', answered: 1 });
  t.is(await entryOf('wx1'), undefined);
  await report({ isDown: true });
  t.is(await entryOf('wx1'), undefined);
  clock.offsetMs += 3_001;
  await report({ isDown: true });
  t.like(await entryOf('wx1'), { state: 'unreachable' });
});

test('what WeChat said of an account is not unsaid by its silence', async (t) => {
  const { capacity, report, entryOf } = withCapacity(t);
  await capacity.close('wx1', 'misconfigured', 40_125);
  await report({ isDown: true });
  t.like(await entryOf('wx1'), { state: 'misconfigured', cause: '40125' });
});

test('workers are counted by their signs of life', async (t) => {
  const { capacity, report, clock } = withCapacity(t);
  t.like(await capacity.read(0), { liveWorkers: 0, lastSignMs: undefined, ended: 0 });
  await report({ worker: 'w1', answered: 3 });
  await report({ worker: 'w2', answered: 4 });
  t.like(await capacity.read(0), { liveWorkers: 2, ended: 7 });
  clock.offsetMs += 4_000;
  await report({ worker: 'w2' });
  t.is((await capacity.read(0)).liveWorkers, 1);
  clock.offsetMs += 5_000;
  const { liveWorkers, lastSignMs } = await capacity.read(0);
  t.is(liveWorkers, 0);
  t.true(near(lastSignMs ?? 0, 5_000, 500));
});

test('a worker that is gone counts no longer than others when Redis’s clock goes back, and one that lives goes on counting', async (t) => {
  const { capacity, report, clock } = withCapacity(t);
  await report({ worker: 'killed' });
  await report({ worker: 'lives' });
  clock.offsetMs -= 600_000;
  t.is((await capacity.read(0)).liveWorkers, 2);
  clock.offsetMs += 4_000;
  await report({ worker: 'lives' });
  t.is((await capacity.read(0)).liveWorkers, 1);
  clock.offsetMs += 4_000;
  const { liveWorkers, lastSignMs } = await capacity.read(0);
  t.is(liveWorkers, 0);
  t.true(near(lastSignMs ?? 0, 4_000, 500), String(lastSignMs));
});

test('those that know jobs of several logins are told from those of a release before', async (t) => {
  const { capacity, report, clock } = withCapacity(t);
  await report({ worker: 'of 0.2.0' });
  await report({ worker: workerNameOf('w1') });
  await report({ worker: workerNameOf('w2') });
  t.like(await capacity.read(0), { liveWorkers: 3, sharingWorkers: 2 });
  clock.offsetMs += 4_000;
  await report({ worker: workerNameOf('w2') });
  t.like(await capacity.read(0), { liveWorkers: 1, sharingWorkers: 1 });
});

test('an ordinary account costs a reader nothing: it is not in the list', async (t) => {
  const { capacity, takeAll, report } = withCapacity(t);
  await takeAll('wx1');
  t.deepEqual((await report({ answered: 100 })).entries, []);
  await capacity.close('wx2', 'misconfigured', 40_125);
  t.deepEqual(
    (await capacity.read(0)).entries.map(({ name }) => name),
    ['wx2'],
  );
  await capacity.open('wx2', 'paused');
  t.is((await capacity.read(0)).entries.length, 1);
  await capacity.open('wx2', 'misconfigured');
  t.deepEqual((await capacity.read(0)).entries, []);
});

test('no number of slices with a line hides a closed account, nor the slices that came last', async (t) => {
  const { capacity, lineUp, entryOf, clock } = withCapacity(t);
  const flood = (from: number) =>
    Promise.all(
      Array.from({ length: 1_000 }, (_, n) => lineUp('job', { name: `wx1/acme/client ${from + n}` })),
    );
  await flood(0);
  clock.offsetMs += 1_000;
  await capacity.close('wx1', 'exhausted', 45_009);
  await lineUp('job', { name: 'wx2/acme' });
  t.like(await entryOf('wx1'), { state: 'exhausted' });
  t.like(await entryOf('wx2/acme'), { waiting: 1 });
  clock.offsetMs += 1_000;
  await flood(1_000);
  t.like(await entryOf('wx1'), { state: 'exhausted' });
});

test('all keys of an account are in its shard’s slot, and none stays for ever', async (t) => {
  const { redis, prefix, capacity, lineUp, takeAll } = withCapacity(t, { shards: 1 });
  await takeAll('wx1');
  await lineUp('job');
  await capacity.close('wx1', 'paused', 45_011);
  await capacity.report(0, { worker: 'w', ended: 1, accounts: new Map(), left: new Map() });
  const keys = await redis.keys(`*${prefix}*`);
  t.true(keys.length >= 6);
  for (const key of keys) {
    t.true(key.startsWith(`{${prefix}:0}:`), key);
    t.true((await redis.pttl(key)) > 0, key);
  }
});
