import test from 'ava';
import { createAccountShares } from '#workers/account-shares.ts';

function withShares() {
  const clock = { ms: 0 };
  const shares = createAccountShares({ now: () => clock.ms });
  const come = (entId: string, tries: number, appid = 'wx1') => {
    for (let n = 0; n < tries; n += 1) shares.noteTry(appid, entId);
  };
  const answer = (entId: string, times: number, isRefusedCode: boolean) => {
    for (let n = 0; n < times; n += 1) shares.noteAnswer('wx1', entId, { isRefusedCode });
  };
  return { shares, clock, come, answer };
}

test('a few logins are nobody’s flood', (t) => {
  const { shares, come } = withShares();
  come('small', 5);
  t.false(shares.isHeavy('wx1', 'small'));
});

test('who takes more than half of an equal share is heavy, and the others are guests', (t) => {
  const { shares, come } = withShares();
  come('flood', 100);
  come('guest', 3);
  t.true(shares.isHeavy('wx1', 'flood'));
  t.false(shares.isGuest('wx1', 'flood'));
  t.false(shares.isHeavy('wx1', 'guest'));
  t.true(shares.isGuest('wx1', 'guest'));
  come('another', 100);
  t.true(shares.isHeavy('wx1', 'flood') && shares.isHeavy('wx1', 'another'));
});

test('shares are those of one account', (t) => {
  const { shares, come } = withShares();
  come('flood', 100);
  t.false(shares.isHeavy('wx2', 'flood'));
  t.false(shares.isGuest('wx2', 'guest'));
});

test('alone on its account nobody is a guest', (t) => {
  const { shares, come } = withShares();
  come('alone', 3);
  t.false(shares.isGuest('wx1', 'alone'));
});

test('a flood is over ten to twenty seconds after its end', (t) => {
  const { shares, come, clock } = withShares();
  come('flood', 100);
  clock.ms = 15_000;
  t.true(shares.isHeavy('wx1', 'flood'));
  clock.ms = 25_000;
  t.false(shares.isHeavy('wx1', 'flood'));
});

test('suspect is who brings five refused codes, more than two of three', (t) => {
  const { shares, answer, clock } = withShares();
  answer('stranger', 4, true);
  t.false(shares.isSuspect('wx1', 'stranger'));
  answer('stranger', 1, true);
  t.true(shares.isSuspect('wx1', 'stranger'));
  t.false(shares.isSuspect('wx1', 'acme'));
  answer('stranger', 3, false);
  t.false(shares.isSuspect('wx1', 'stranger'));
  answer('stranger', 2, true);
  t.true(shares.isSuspect('wx1', 'stranger'));
  clock.ms = 30_000;
  t.false(shares.isSuspect('wx1', 'stranger'));
});
