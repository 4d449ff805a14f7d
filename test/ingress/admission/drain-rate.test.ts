import test from 'ava';
import { createDrainRate } from '#ingress/admission/drain-rate.ts';

/** Readings of Redis's clock; so many logins end in each. */
function withRate() {
  const drain = createDrainRate();
  let now = 1_800_000_000_000;
  let ended = 0;
  function pass(times: number, each: { ms?: number; ended?: number; waiting?: number }) {
    for (let n = 0; n < times; n += 1) {
      now += each.ms ?? 500;
      ended += each.ended ?? 0;
      drain.note({ now, ended, waiting: each.waiting ?? 0 });
    }
  }
  pass(1, {});
  function forget() {
    ended = 0;
  }
  return { drain, pass, forget };
}
const near = (value: number, wanted: number) => Math.abs(value - wanted) <= wanted / 20;

test('until a fleet has shown what it can do, it is trusted with 200 logins a second', (t) => {
  const { drain, pass } = withRate();
  pass(2, { waiting: 2_000 });
  t.true(near(drain.perSecond(), 200));
});

test('a backlog that lasts shows the true rate', (t) => {
  const { drain, pass } = withRate();
  pass(40, { ended: 25, waiting: 1_000 });
  t.true(near(drain.perSecond(), 50), String(drain.perSecond()));
});

test('what ended while this process was late is not taken for one interval’s', (t) => {
  const { drain, pass } = withRate();
  pass(40, { ended: 25, waiting: 1_000 });
  // Four intervals in one.
  pass(20, { ms: 2_000, ended: 100, waiting: 1_000 });
  t.true(near(drain.perSecond(), 50), String(drain.perSecond()));
});

test('readings that come more often, with several workers’ reports between, make no difference', (t) => {
  const { drain, pass } = withRate();
  for (let n = 0; n < 30; n += 1) {
    pass(1, { ms: 500, ended: 50, waiting: 1_000 });
    pass(1, { ms: 500, ended: 0, waiting: 1_000 });
  }
  t.true(Math.abs(drain.perSecond() - 50) < 10, String(drain.perSecond()));
});

test('the best rate of late is trusted until the next backlog has proven its own', (t) => {
  const { drain, pass } = withRate();
  pass(40, { ended: 400 });
  pass(1, { waiting: 8_000 });
  t.true(drain.perSecond() > 700, String(drain.perSecond()));
});

test('a fleet that ends nothing has a rate all the same', (t) => {
  const { drain, pass } = withRate();
  pass(100, { waiting: 500 });
  t.is(drain.perSecond(), 1);
});

test('a Redis that forgot what ended does not make the rate less than nothing', (t) => {
  const { drain, pass, forget } = withRate();
  pass(40, { ended: 25, waiting: 1_000 });
  forget();
  pass(1, { ended: 25, waiting: 1_000 });
  t.true(drain.perSecond() > 30 && drain.perSecond() < 51, String(drain.perSecond()));
});
