import test from 'ava';
import { type Plan, wavesOf } from '#models/broadcasts/plan.ts';
import { type MinuteEnds, projectEnd } from '#models/broadcasts/project-end.ts';

const minuteMs = 60_000;
const begin = Date.UTC(2026, 0, 1, 9, 0, 20);
const plan: Plan = { people: 20_000, beginsAt: begin, minutes: 30, perMinute: 600 };

/**
 * A broadcast as it runs, second by second: people open their message at some time after its wave, WeChat takes so many calls in a
 * minute of its own and refuses the others, and after a refusal the account is left alone until the next minute now and then.
 */
function run({
  waves,
  limit,
  lost = 0,
}: {
  waves: ReturnType<typeof wavesOf>['waves'];
  limit: number;
  lost?: number;
}) {
  const snapshots: { now: number; ended: number; lately: MinuteEnds[]; isBusy: boolean }[] = [];
  const byMinute = new Map<number, number>();
  const arrivals = new Map<number, number>();
  for (const { beginsAt, people } of waves) {
    // Most within two minutes, the rest later, as people read their messages.
    for (let n = 0; n < people; n += 1) {
      const after = Math.floor(-Math.log(1 - (n + 0.5) / people) * 90);
      const second = Math.floor(beginsAt / 1_000) + after;
      arrivals.set(second, (arrivals.get(second) ?? 0) + 1);
    }
  }
  const all = waves.reduce((sum, { people }) => sum + people, 0);
  let [line, ended, second] = [0, 0, Math.floor(begin / 1_000)];
  while (ended < all * 0.99) {
    line += arrivals.get(second) ?? 0;
    const minute = Math.floor(second / 60);
    const free = Math.max(limit - lost * (minute % 2) - (byMinute.get(minute) ?? 0), 0);
    const taken = Math.min(line, free, 40);
    line -= taken;
    ended += taken;
    byMinute.set(minute, (byMinute.get(minute) ?? 0) + taken);
    if (second % 60 === 0)
      snapshots.push({
        now: second * 1_000,
        ended,
        lately: [...byMinute].map(([of, n]) => ({ minute: of, ended: n })),
        isBusy: line > 20,
      });
    second += 1;
  }
  return { endedAt: second * 1_000, snapshots };
}

/** By how much the end was missed, as a part of the whole time. */
const missOf = (projected: number | undefined, endedAt: number): number =>
  projected === undefined ? Number.POSITIVE_INFINITY : Math.abs(projected - endedAt) / (endedAt - begin);

for (const [what, waves, lost] of [
  ['all at once', [{ beginsAt: begin, people: 20_000 }], 0],
  ['in the waves of its plan', wavesOf(plan).waves, 0],
  ['all at once, to an account that is left alone now and then', [{ beginsAt: begin, people: 20_000 }], 100],
] as const) {
  test(`the end of a broadcast of 20,000 at 600 calls a minute, ${what}, is told within 15 %, before it and at every minute`, (t) => {
    const { endedAt, snapshots } = run({ waves, limit: 600, lost });
    t.true(missOf(projectEnd({ plan, now: begin, ended: 0, lately: [], isBusy: false }), endedAt) < 0.15);
    for (const seen of snapshots) {
      const projected = projectEnd({ plan, ...seen });
      t.true(
        missOf(projected, endedAt) < 0.15,
        `${(seen.now - begin) / minuteMs} min: ${projected} ${endedAt}`,
      );
    }
  });
}

test('a plan for an account that is slower than was thought is corrected within minutes', (t) => {
  const { endedAt, snapshots } = run({ waves: [{ beginsAt: begin, people: 20_000 }], limit: 300 });
  for (const seen of snapshots.slice(3)) t.true(missOf(projectEnd({ plan, ...seen }), endedAt) < 0.15);
});

test('where people stop coming nobody says when the rest will', (t) => {
  const now = begin + 40 * minuteMs;
  t.is(projectEnd({ plan, now, ended: 8_000, lately: [], isBusy: false }), undefined);
  t.is(projectEnd({ plan, now, ended: 20_000, lately: [], isBusy: false }), now);
});

test('where people wait for an account that takes a hundredth of what was planned, the end is as far as that', (t) => {
  const hopeful: Plan = { people: 20_000, beginsAt: begin, minutes: 1, perMinute: 45_000 };
  const now = begin + 10 * minuteMs;
  const lately = Array.from({ length: 10 }, (_, n) => ({ minute: begin / minuteMs + n, ended: 450 }));
  const seen = { plan: hopeful, now, ended: 4_500, lately };
  t.true(missOf(projectEnd({ ...seen, isBusy: true }), begin + (19_800 / 450) * minuteMs) < 0.05);
  t.is(projectEnd({ ...seen, isBusy: false }), undefined);
  t.is(projectEnd({ ...seen, lately: [], isBusy: true }), undefined);
});

test('waves are no larger than the account takes in ten minutes, and none begins before the one before is worked off', (t) => {
  const { waves, endsAt, fits } = wavesOf(plan);
  t.is(waves.length, 4);
  t.is(
    waves.reduce((sum, { people }) => sum + people, 0),
    20_000,
  );
  t.false(fits);
  t.true(Math.abs(endsAt - begin - (20_000 / 600) * minuteMs) < 1_000);
  for (const [n, wave] of waves.entries()) {
    t.true(wave.people <= 6_000);
    const next = waves[n + 1];
    if (next) t.true(next.beginsAt - wave.beginsAt >= (wave.people / 600) * minuteMs - 1);
  }
  // Over two hours they stand further apart.
  const slow = wavesOf({ ...plan, minutes: 120 });
  t.true(slow.fits);
  t.is((slow.waves[1]?.beginsAt ?? 0) - begin, 30 * minuteMs);
  t.is(wavesOf({ ...plan, people: 10 }).waves.length, 1);
});

test('where minutes are counted by three seconds an account that was thought to take more is known for what it takes', (t) => {
  const countedMs = 3_000;
  const hopeful: Plan = { people: 20_000, beginsAt: begin, minutes: 1, perMinute: 45_000 };
  // 600 in each of them.
  const endedAt = begin + (20_000 * 0.99 * countedMs) / 600;
  for (const seconds of [9, 25, 50]) {
    const now = begin + seconds * 1_000;
    const lately = Array.from({ length: Math.floor((seconds * 1_000) / countedMs) + 1 }, (_, n) => ({
      minute: Math.floor(begin / countedMs) + n,
      ended: 600,
    }));
    const ended = seconds * 200;
    const projected = projectEnd({ plan: hopeful, now, ended, lately, countedMs, isBusy: true });
    t.true(missOf(projected, endedAt) < 0.05, `${seconds} s: ${projected} ${endedAt}`);
  }
});
