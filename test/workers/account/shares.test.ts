import test from 'ava';
import { createAccountShares } from '#workers/account/shares.ts';

function withShares() {
  const clock = { ms: 0 };
  const shares = createAccountShares({ now: () => clock.ms });
  const come = (entId: string, tries: number, appid = 'wx1') => {
    for (let n = 0; n < tries; n += 1) shares.noteTry({ appid, entId });
  };
  const answer = (client: string, times: number, isRefusedCode: boolean, entId = 'acme') => {
    for (let n = 0; n < times; n += 1) shares.noteAnswer({ appid: 'wx1', entId, client }, { isRefusedCode });
  };
  const sliceOf = (client: string, entId = 'acme') => shares.sliceOf({ appid: 'wx1', entId, client });
  return { shares, clock, come, answer, sliceOf };
}

test('a few logins are nobody’s flood', (t) => {
  const { shares, come } = withShares();
  come('small', 5);
  t.false(shares.isHeavy({ appid: 'wx1', entId: 'small' }));
});

test('who takes more than half of an equal share is heavy, and the others are guests', (t) => {
  const { shares, come } = withShares();
  come('flood', 100);
  come('guest', 3);
  t.true(shares.isHeavy({ appid: 'wx1', entId: 'flood' }));
  t.false(shares.isGuest({ appid: 'wx1', entId: 'flood' }));
  t.false(shares.isHeavy({ appid: 'wx1', entId: 'guest' }));
  t.true(shares.isGuest({ appid: 'wx1', entId: 'guest' }));
  come('another', 100);
  t.true(
    shares.isHeavy({ appid: 'wx1', entId: 'flood' }) && shares.isHeavy({ appid: 'wx1', entId: 'another' }),
  );
});

test('shares are those of one account', (t) => {
  const { shares, come } = withShares();
  come('flood', 100);
  t.false(shares.isHeavy({ appid: 'wx2', entId: 'flood' }));
  t.false(shares.isGuest({ appid: 'wx2', entId: 'guest' }));
});

test('alone on its account nobody is a guest', (t) => {
  const { shares, come } = withShares();
  come('alone', 3);
  t.false(shares.isGuest({ appid: 'wx1', entId: 'alone' }));
});

test('a flood is over ten to twenty seconds after its end', (t) => {
  const { shares, come, clock } = withShares();
  come('flood', 100);
  clock.ms = 15_000;
  t.true(shares.isHeavy({ appid: 'wx1', entId: 'flood' }));
  clock.ms = 25_000;
  t.false(shares.isHeavy({ appid: 'wx1', entId: 'flood' }));
});

test('suspect is a client that brings five refused codes, more than two of three', (t) => {
  const { answer, sliceOf, clock } = withShares();
  answer('stranger', 4, true);
  t.is(sliceOf('stranger'), undefined);
  answer('stranger', 1, true);
  t.is(sliceOf('stranger'), 'wx1/acme/stranger');
  t.is(sliceOf('stranger', 'other'), undefined);
  answer('stranger', 3, false);
  t.is(sliceOf('stranger'), undefined);
  answer('stranger', 2, true);
  t.is(sliceOf('stranger'), 'wx1/acme/stranger');
  clock.ms = 15_000;
  t.is(sliceOf('stranger'), 'wx1/acme/stranger');
  clock.ms = 30_000;
  t.is(sliceOf('stranger'), undefined);
});

test('made-up codes of one address do not make the people of its enterprise suspect', (t) => {
  const { answer, sliceOf } = withShares();
  answer('stranger', 100, true);
  t.is(sliceOf('person'), undefined);
  t.is(sliceOf(''), undefined);
  answer('another', 100, true);
  answer('third', 100, true);
  t.deepEqual(
    ['stranger', 'another', 'third', 'person'].map((client) => sliceOf(client)),
    [
      'wx1/acme/stranger',
      'wx1/acme/another',
      // So that strangers at many addresses together have no more than a few.
      'wx1/acme/*',
      undefined,
    ],
  );
});

test('made-up codes from everywhere give those a slice of whom nothing is known yet', (t) => {
  const { answer, sliceOf } = withShares();
  answer('known', 1, false);
  for (let n = 0; n < 4; n += 1) answer(`client-${n}`, 1, true);
  t.is(sliceOf('person'), undefined);
  answer('client-4', 1, true);
  t.is(sliceOf('person'), 'wx1/acme');
  t.is(sliceOf(''), 'wx1/acme');
  t.is(sliceOf('known'), undefined, 'WeChat took a code of his');
  t.is(sliceOf('client-4'), 'wx1/acme/*');
  t.is(sliceOf('person', 'other'), undefined);
  for (let n = 0; n < 3; n += 1) answer(`honest-${n}`, 1, false);
  t.is(sliceOf('person'), undefined);
});

test('a handful of addresses with a few codes each hold back nobody but themselves', (t) => {
  const { answer, sliceOf } = withShares();
  for (let n = 0; n < 10; n += 1) answer(`honest-${n}`, 1, false);
  for (let n = 0; n < 6; n += 1) answer(`stranger-${n}`, 4, true);
  t.is(sliceOf('stranger-0'), 'wx1/acme/*');
  t.is(sliceOf('honest-0'), undefined);
  t.is(sliceOf('newcomer'), undefined);
});

test('those whose address is not known are one client among others', (t) => {
  const { answer, sliceOf } = withShares();
  answer('', 5, true);
  t.is(sliceOf(''), 'wx1/acme/-');
  t.is(sliceOf('person'), undefined);
});

test('what was refused is forgotten after two windows, and a client’s first code is its first in either', (t) => {
  const { answer, sliceOf, clock } = withShares();
  for (let n = 0; n < 10; n += 1) answer(`stranger-${n}`, 1, true);
  t.is(sliceOf('person'), 'wx1/acme');
  clock.ms = 10_000;
  for (let n = 0; n < 10; n += 1) answer(`stranger-${n}`, 1, true);
  t.is(sliceOf('person'), 'wx1/acme');
  clock.ms = 20_000;
  t.is(sliceOf('person'), undefined, 'nobody came for the first time in this window or the one before');
  clock.ms = 40_000;
  t.is(sliceOf('stranger-0'), undefined);
});
