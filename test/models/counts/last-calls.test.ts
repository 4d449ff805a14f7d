import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { mostAddresses } from '#models/counts/last-calls.ts';
import { createMinutes } from '#models/counts/minutes.ts';
import { createTally } from '#models/counts/tally.ts';
import { withRedis } from '#test/support/with-redis.ts';

function withLastCalls(t: ExecutionContext) {
  const { url, prefix } = withRedis(t);
  const redis = new Redis(url);
  t.teardown(() => redis.disconnect());
  const minutes = createMinutes({ redis, prefix, minuteMs: 60_000 });
  const begun = performance.now();
  /** What a process saw, in seconds before now, is sent. */
  async function tell(...calls: [ago: number, said: string, endpoint?: string][]) {
    let at = 0;
    const tally = createTally(() => begun - at * 1_000);
    for (const [ago, said, endpoint = 'token'] of calls) {
      at = ago;
      tally.noteCall('wx1', endpoint, said);
    }
    for (const part of tally.take()) await minutes.add(part);
  }
  /** Whole seconds before now, as nearly as ten say. */
  const round = (at: number | undefined) => at && 10 * Math.round((Date.now() - at) / 10_000);
  async function read() {
    const ofAccount = (await minutes.lastCalls(['other', 'wx1'])).get('wx1')?.ends ?? new Map();
    return Object.fromEntries(
      Array.from(ofAccount, ([name, { failedAt, goodAt }]) => [name, [round(failedAt), round(goodAt)]]),
    );
  }
  return { tell, read, minutes };
}

test('the first call that came right after the last that did not is known, whoever made them', async (t) => {
  const { tell, read } = withLastCalls(t);
  await tell([900, 'ok']);
  t.deepEqual(await read(), {}, 'nothing is kept of an account whose calls come right');
  await tell([800, '40125'], [700, '40125']);
  t.deepEqual(await read(), { 'token|40125': [700, undefined] });
  await tell([600, 'ok', 'userinfo'], [750, 'ok']);
  t.deepEqual(await read(), { 'token|40125': [700, undefined] }, 'another call, or one before');
  await tell([720, 'ok'], [400, 'ok'], [300, 'ok']);
  t.deepEqual(await read(), { 'token|40125': [700, 300] }, 'of one sending the first and the last are known');
  await tell([500, 'ok'], [200, 'ok']);
  t.deepEqual(await read(), { 'token|40125': [700, 500] }, 'another process was earlier');
  await tell([100, 'timeout']);
  t.deepEqual(await read(), { 'token|40125': [700, 500], 'token|timeout': [100, undefined] });
  await tell([110, '40125'], [90, 'ok']);
  t.deepEqual(await read(), { 'token|40125': [110, 90], 'token|timeout': [100, 90] });
});

test('what failed and came right within one sending is told once, however often it is sent', async (t) => {
  const { tell, read, minutes } = withLastCalls(t);
  const note = { appid: 'wx1', endpoint: 'token', failed: new Map([['-1', performance.now() - 50_000]]) };
  const sending = { name: randomUUID(), counts: new Map(), firsts: new Map(), calls: [note] };
  await minutes.add(sending);
  await tell([40, '-1'], [30, 'ok'], [20, 'ok']);
  t.deepEqual(await read(), { 'token|-1': [40, 30] });
  await minutes.add({ ...sending, calls: [{ ...note, failed: new Map([['-1', performance.now()]]) }] });
  t.deepEqual(await read(), { 'token|-1': [40, 30] });
});

test('of the addresses that WeChat refused the latest are known, and none of another account', async (t) => {
  const { minutes } = withLastCalls(t);
  for (let n = 0; n < mostAddresses + 4; n += 1) {
    const tally = createTally();
    tally.noteCall('wx1', 'token', '40164', `192.0.2.${n}`);
    for (const part of tally.take()) await minutes.add(part);
    // Of one millisecond any may be the oldest.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const all = await minutes.lastCalls(['wx1', 'other']);
  const latest = Array.from({ length: mostAddresses }, (_, n) => `192.0.2.${n + 4}`);
  t.deepEqual([...(all.get('wx1')?.addresses.keys() ?? [])].toSorted(), latest.toSorted());
  t.is(all.get('other')?.addresses.size, 0);
});
