import test from 'ava';
import type { Backlog } from '#ingress/admission/backlog.ts';
import { createTraffic } from '#ingress/admission/enterprise-share.ts';
import { createLanes } from '#ingress/admission/lanes.ts';

const login = `00${'a'.repeat(32)}`;

/** Lanes in the middle of a broadcast, with so many jobs waiting in shard 0. */
function withLanes(waiting: number) {
  const backlog = { of: (shard: number) => ({ waiting: shard === 0 ? waiting : 0 }) } as unknown as Backlog;
  const lanes = createLanes({ backlog, traffic: createTraffic({ now: () => 0 }) });
  for (let n = 0; n < 200; n += 1) lanes.isHeavy(login, 'broadcast');
  return lanes;
}

test('beside others a flooding enterprise lets them go first, before a backlog can be seen', (t) => {
  const lanes = withLanes(0);
  t.false(lanes.isHeavy(login, 'quiet'));
  t.true(lanes.isHeavy(login, 'broadcast'));
});

test('where nobody else is, a flood with a backlog makes way for who may come', (t) => {
  t.true(withLanes(101).isHeavy(login, 'broadcast'));
});

for (const [what, waiting, id] of [
  ['without a backlog', 100, login],
  ['with a backlog in another shard', 10_000, `01${'a'.repeat(32)}`],
] as const) {
  test(`where nobody else is, ${what} everybody is served in order`, (t) => {
    t.false(withLanes(waiting).isHeavy(id, 'broadcast'));
  });
}

test('a few logins are nobody’s flood', (t) => {
  const lanes = createLanes({
    backlog: { of: () => ({ waiting: 10_000 }) } as unknown as Backlog,
    traffic: createTraffic({ now: () => 0 }),
  });
  for (let n = 0; n < 20; n += 1) t.false(lanes.isHeavy(login, 'small'));
});
