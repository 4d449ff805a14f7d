import test from 'ava';
import type { Backlog } from '#ingress/backlog.ts';
import { createLanes } from '#ingress/lanes.ts';
import { createTraffic } from '#ingress/traffic.ts';

const login = `00${'a'.repeat(32)}`;

/** Lanes in the middle of a broadcast, with so many jobs waiting in shard 0. */
function withLanes(waiting: number) {
  const backlog = { of: (shard: number) => ({ waiting: shard === 0 ? waiting : 0 }) } as unknown as Backlog;
  const lanes = createLanes({ backlog, traffic: createTraffic({ now: () => 0 }) });
  for (let n = 0; n < 200; n += 1) lanes.isHeavy(login, 'broadcast');
  return lanes;
}

test('while there is a backlog a flooding enterprise lets the others go first', (t) => {
  const lanes = withLanes(100);
  t.false(lanes.isHeavy(login, 'quiet'));
  t.true(lanes.isHeavy(login, 'broadcast'));
});

test('where nobody else is, nobody is to be let go first', (t) => {
  t.false(withLanes(100).isHeavy(login, 'broadcast'));
});

for (const [what, waiting, id] of [
  ['without a backlog', 0, login],
  ['with a backlog in another shard', 10_000, `01${'a'.repeat(32)}`],
] as const) {
  test(`${what} everybody is served in order`, (t) => {
    const lanes = withLanes(waiting);
    lanes.isHeavy(id, 'quiet');
    t.false(lanes.isHeavy(id, 'broadcast'));
  });
}
