import test from 'ava';
import type { Journal } from '#chaos/crowd/journal.ts';
import type { Evidence } from '#chaos/referee/evidence.ts';
import { judge } from '#chaos/referee/judge.ts';

const begunAt = 1_800_000_000_000;

/** One person who was ready after five seconds, as seen by a crowd that stood still at these times after the beginning. */
function evidence(...stalls: [from: number, until: number][]): Evidence {
  const journal: Journal = {
    person: 'p-0',
    entId: 'acme',
    role: 'plain',
    startedAt: begunAt,
    holds: 0,
    slowestHoldMs: 0,
    rounds: [{ login: 'l', codes: ['c'], sentAt: begunAt, acceptedAt: begunAt, endedAt: begunAt + 5_000 }],
    reauthorizations: [],
    heals: [],
    taps: 0,
    refusals: 0,
    outcome: 'ready',
    endedAt: begunAt + 5_000,
    leaks: [],
    detail: '',
  };
  const at = ([from, until]: [number, number]) => ({ from: begunAt + from, until: begunAt + until });
  return {
    reports: [{ journals: [journal], lagMs: 0, stalls: stalls.map(at) }],
    exchanges: [],
    mintedAt: new Map(),
    openidOf: new Map(),
    bindings: [],
    jobIds: [],
    shared: [],
    unfinished: [],
    incidents: [],
    codeLifetimeMs: 300_000,
    callTimeoutMs: 6_000,
  };
}
const bounds = { readyWithinMs: 3_000 };

test('a bound of time that is passed is red', (t) => {
  t.deepEqual(judge(evidence(), bounds).reds, ['the slowest login: 5000 ms, at most 3000']);
  t.deepEqual(judge(evidence(), { readyWithinMs: 6_000 }).reds, []);
});

test('it is not judged where the crowd itself stood still for what is too much', (t) => {
  const { reds, notJudged } = judge(evidence([500, 2_000], [2_500, 3_500]), bounds);
  t.deepEqual(reds, []);
  t.deepEqual(notJudged, [
    'the slowest login: 5000 ms, at most 3000, of which the crowd itself stood still for 2500',
  ]);
});

test('it is red where that explains a part of it only, or fell into another time', (t) => {
  t.is(judge(evidence([0, 1_500]), bounds).reds.length, 1);
  t.is(judge(evidence([-5_000, 500], [5_000, 9_000]), bounds).reds.length, 1);
});

const ours = `00${'a'.repeat(32)}`;
const strangers = `00${'b'.repeat(32)}`;
/** What is red of these jobs, where one of us sent one code, and so did a stranger. */
function redOf(jobIds: string[], shared: Evidence['shared'] = []) {
  const one = evidence();
  const [report] = one.reports;
  const [round] = report?.journals[0]?.rounds ?? [];
  if (round) Object.assign(round, { login: ours });
  return judge({ ...one, jobIds, shared }).reds;
}

test('a code has one job; what is made on purpose for a lost login, or to set it apart, is none too many', (t) => {
  t.deepEqual(redOf([`${ours}-1`, `${ours}-1-1`, `${ours}-1-0`, `${strangers}-1`]), []);
  t.deepEqual(redOf([`${ours}-1`, `${ours}-2`]), ['second jobs of a code: 1, at most 0']);
});

test('so it is where logins share jobs', (t) => {
  const both = [
    { login: ours, job: 'b2-aa' },
    { login: strangers, job: 'b2-aa' },
  ];
  t.deepEqual(redOf(['b2-aa'], both), []);
  t.deepEqual(redOf(['b2-aa', `${ours}-1`], both), ['second jobs of a code: 1, at most 0']);
  t.deepEqual(redOf(['b2-aa', 'b2-bb'], both), ['second jobs of a code: 2, at most 0']);
});
