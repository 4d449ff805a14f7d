import test from 'ava';
import { createGuessBrake } from '#operations/guess-brake.ts';

const [mine, strangers] = ['203.0.113.1', '203.0.113.2'];

async function guess(brake: ReturnType<typeof createGuessBrake>, address: string, times: number) {
  for (let n = 0; n < times; n += 1) await brake.noteWrong(address, `guess ${n}`);
}

test('after some wrong guesses an address is told to wait, and another is not', async (t) => {
  const brake = createGuessBrake({ most: 3, perSeconds: 60 });
  await guess(brake, strangers, 2);
  t.is(await brake.secondsToWait(strangers, 'next'), 0);
  await guess(brake, strangers, 1);
  const seconds = await brake.secondsToWait(strangers, 'next');
  t.true(seconds > 0 && seconds <= 60);
  t.is(await brake.secondsToWait(mine, 'right'), 0);
});

test('a credential that was right here before is no guess', async (t) => {
  const brake = createGuessBrake({ most: 3 });
  brake.noteRight(mine, 'right');
  await guess(brake, mine, 3);
  t.is(await brake.secondsToWait(mine, 'right'), 0);
  t.true((await brake.secondsToWait(mine, 'another')) > 0);
});

test('once it is wrong it is a guess like any other', async (t) => {
  const brake = createGuessBrake({ most: 3 });
  brake.noteRight(mine, 'rotated');
  await guess(brake, mine, 3);
  await brake.noteWrong(mine, 'rotated');
  t.true((await brake.secondsToWait(mine, 'rotated')) > 0);
});

test('right elsewhere is no pass here', async (t) => {
  const brake = createGuessBrake({ most: 3 });
  brake.noteRight(mine, 'right');
  await guess(brake, strangers, 3);
  t.true((await brake.secondsToWait(strangers, 'right')) > 0);
});

test('the time ends', async (t) => {
  const brake = createGuessBrake({ most: 1, perSeconds: 0.05 });
  await guess(brake, strangers, 1);
  while ((await brake.secondsToWait(strangers, 'next')) > 0)
    await new Promise((resolve) => setTimeout(resolve, 10));
  t.pass();
});

test('the neighbours of one IPv6 network guess together', async (t) => {
  const brake = createGuessBrake({ most: 2 });
  await guess(brake, '2001:db8::1', 1);
  await guess(brake, '2001:db8::2', 1);
  t.true((await brake.secondsToWait('2001:db8::3', 'next')) > 0);
});

test('any number of addresses is remembered up to a limit, the latest ones', async (t) => {
  const brake = createGuessBrake({ most: 1 });
  for (let n = 0; n < 10_001; n += 1)
    await brake.noteWrong(`10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, 'x');
  t.is(await brake.secondsToWait('10.0.0.0', 'x'), 0);
  t.true((await brake.secondsToWait('10.0.0.1', 'x')) > 0);
});

test('many guesses at once are counted before they are judged; one credential many times is one', async (t) => {
  const brake = createGuessBrake({ most: 3 });
  const ask = (digests: readonly string[]) =>
    Promise.all(digests.map((digest) => brake.secondsToWait(strangers, digest)));
  const waits = await ask(Array.from({ length: 30 }, (_, n) => `guess ${n}`));
  t.is(waits.filter((seconds) => seconds === 0).length, 3);
  t.deepEqual(await ask(['guess 0', 'guess 0']), [0, 0], 'it is looked at already');
  brake.noteRight(strangers, 'guess 0');
  t.deepEqual(await ask(['another', 'one more']), [0, 1], 'one that was right makes room for one');
  t.deepEqual(await ask(['guess 0']), [0]);
});
