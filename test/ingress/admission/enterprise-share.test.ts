import test from 'ava';
import { createTraffic } from '#ingress/admission/enterprise-share.ts';

function withTraffic() {
  const clock = { ms: 0 };
  const traffic = createTraffic({ now: () => clock.ms });
  const note = (entId: string, times: number) => {
    for (let n = 0; n < times; n += 1) traffic.note(entId);
  };
  return { clock, note, isHeavy: traffic.isHeavy, isLone: traffic.isLone };
}

test('twenty logins are nobody’s flood', (t) => {
  const { note, isHeavy } = withTraffic();
  note('acme', 20);
  t.false(isHeavy('acme'));
  note('acme', 1);
  t.true(isHeavy('acme'));
});

test('an enterprise in the middle of a broadcast is heavy, one whose people come singly is not', (t) => {
  const { note, isHeavy } = withTraffic();
  note('broadcast', 1_000);
  note('quiet', 30);
  note('single', 1);
  t.true(isHeavy('broadcast'));
  t.false(isHeavy('quiet'));
  t.false(isHeavy('single'));
  t.false(isHeavy('unknown'));
});

test('where all come alike, all are heavy alike', (t) => {
  const { note, isHeavy } = withTraffic();
  for (const entId of ['a', 'b', 'c']) note(entId, 100);
  for (const entId of ['a', 'b', 'c']) t.true(isHeavy(entId));
});

for (const [ms, isRemembered] of [
  [4_999, true],
  [9_999, true],
  [10_000, false],
] as const) {
  test(`a flood of ${ms} ms ago is ${isRemembered ? 'remembered' : 'forgotten'}`, (t) => {
    const { note, isHeavy, clock } = withTraffic();
    note('acme', 100);
    clock.ms = ms;
    t.is(isHeavy('acme'), isRemembered);
  });
}

test('after a long silence nothing is remembered', (t) => {
  const { note, isHeavy, clock } = withTraffic();
  note('acme', 100);
  clock.ms = 3_600_000;
  t.false(isHeavy('acme'));
});

test('one enterprise alone is told from several', (t) => {
  const { note, isLone, clock } = withTraffic();
  t.true(isLone());
  note('acme', 100);
  t.true(isLone());
  note('other', 1);
  t.false(isLone());
  clock.ms = 9_999;
  t.false(isLone());
  clock.ms = 3_600_000;
  t.true(isLone());
});
