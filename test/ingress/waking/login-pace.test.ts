import test from 'ava';
import { createLoginPace, createLoginPaces } from '#ingress/waking/login-pace.ts';

/** A pace whose clock the test moves. */
function withPace() {
  let at = 0;
  let count = 0;
  const pace = createLoginPace({ now: () => at });
  const begin = (n = 1) =>
    Array.from({ length: n }, () => {
      const id = `login-${count++}`;
      pace.began(id);
      return id;
    });
  const pass = (ms: number) => {
    at += ms;
  };
  const end = (ids: readonly string[]) => {
    for (const id of ids) pace.ended(id);
  };
  return { pace, begin, pass, end };
}

test('nothing is expected while nothing is known', (t) => {
  const { pace, begin } = withPace();
  t.is(pace.expectedMs(), 0);
  begin();
  t.true(pace.expectedMs() < 10);
});

test('a login is expected to take what the last ones took, the middle one of them', (t) => {
  const { pace, begin, pass, end } = withPace();
  for (const ms of [...Array(8).fill(300), ...Array(7).fill(9_000)]) {
    const ids = begin();
    pass(ms);
    end(ids);
  }
  t.is(pace.expectedMs(), 300);
});

test('many under way are expected to take as long as the best rate that was seen needs for them', (t) => {
  const { pace, begin, pass, end } = withPace();
  for (let turn = 0; turn < 20; turn += 1) {
    const ids = begin(100);
    pass(100);
    end(ids);
  }
  t.is(Math.round(pace.expectedMs()), 100);
  begin(500);
  t.true(Math.abs(pace.expectedMs() - 500) < 60, `${pace.expectedMs()}`);
});

test('where nobody is served any more that is what the next one expects; a few hangers change nothing', (t) => {
  const { pace, begin, pass } = withPace();
  begin(7);
  pass(20_000);
  t.true(pace.expectedMs() < 100);
  begin(1);
  pass(3_000);
  t.is(pace.expectedMs(), 3_000);
});

test('what never ends is forgotten in time, and an end of nobody counts for nothing', (t) => {
  const { pace, begin, pass, end } = withPace();
  begin(1_000);
  pass(60_000);
  begin(1);
  t.true(pace.expectedMs() < 10);
  end(['of another process', 'login-0']);
  t.true(pace.expectedMs() < 10);
});

test('an account that nobody is served of says nothing of another, and what is on no queue says nothing at all', (t) => {
  let at = 0;
  const paces = createLoginPaces({ now: () => at });
  for (let n = 0; n < 8; n += 1) paces.began(`paused-${n}`, 'paused');
  paces.began('well', 'well');
  at += 3_000;
  t.is(paces.expectedMs('paused'), 3_000);
  t.true(paces.expectedMs('well') < 10);
  t.is(paces.expectedMs('unknown'), 0);
  paces.forget('paused-0');
  t.true(paces.expectedMs('paused') < 100, 'seven hang, which says nothing');
  paces.ended('well');
  t.is(paces.expectedMs('well'), 3_000);
});

test('a login that brings another code has begun anew, and hides nobody behind it', (t) => {
  let at = 0;
  const pace = createLoginPace({ now: () => at });
  pace.began('again');
  for (let n = 0; n < 8; n += 1) pace.began(`dead-${n}`);
  at += 59_000;
  pace.began('again');
  at += 2_000;
  pace.began('new');
  t.true(pace.expectedMs() < 100, 'the dead are forgotten');
});
