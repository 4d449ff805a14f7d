import test from 'ava';
import { judge } from '#bench/report/judge.ts';
import type { Row } from '#bench/rows/bench.ts';
import { ourNames, peerNames } from '#bench/subjects/names.ts';

const summary = (p50: number) => ({ p50, p90: p50, p99: p50, max: p50 });
const round = (row: string, subject: string, more: Partial<Row>): Row => ({
  row,
  subject,
  rate: 100,
  failures: 0,
  cpu: {},
  ...more,
});
const lineOf = (findings: Parameters<typeof judge>[0], start: string, target: string) =>
  judge(findings).lines.find(([measure, least]) => String(measure).startsWith(start) && least === target);

test('a ratio is the middle one of the pairs of rounds, not that of the middle rounds', (t) => {
  // The machine was three times as fast in the second round, for both.
  const ours = [110, 330, 90].map((rate) => round('closed-100', ourNames.apart, { rate }));
  const theirs = [100, 300, 100].map((rate) => round('closed-100', peerNames.A, { rate }));
  const rounds = [...ours, ...theirs];
  t.deepEqual(lineOf({ rounds }, 'full logins', '1.0 ×')?.slice(2), ['1.10 ×', '–', 'met']);
  const slower = rounds.map((one) => (one.subject === peerNames.A ? { ...one, rate: one.rate * 1.2 } : one));
  t.deepEqual(lineOf({ rounds: slower }, 'full logins', '1.0 ×')?.slice(2), ['0.92 ×', '–', '**not met**']);
});

test('both ways to run are shown, and two processes decide', (t) => {
  const rounds = [
    round('closed-1', ourNames.apart, { callbackToHost: summary(8) }),
    round('closed-1', ourNames.oneProcess, { callbackToHost: summary(6.5) }),
    round('closed-1', peerNames.A, { callbackToHost: summary(3) }),
  ];
  const line = lineOf({ rounds }, 'one person', "peer A's + 4 ms");
  t.deepEqual(line?.slice(2), ['+5.0 ms', '+3.5 ms', '**not met**']);
});

test('where it is about one process, that decides', (t) => {
  const facts = {
    [`${ourNames.apart}: Redis commands, 1`]: 10.1,
    [`${ourNames.oneProcess}: Redis commands, 1`]: 8,
  };
  t.deepEqual(lineOf({ facts }, 'Redis commands', '10')?.slice(2), ['10.1', '8', 'met']);
  t.deepEqual(lineOf({ facts }, 'the same, one process', '8')?.slice(2), ['10.1', '8', 'met']);
});

test('one 503 in one round is one too many', (t) => {
  const rounds = [0, 1, 0].map((turnedAway) => round('burst-1000', ourNames.apart, { turnedAway }));
  t.deepEqual(lineOf({ rounds }, 'the same: answers of 503', 'none')?.slice(2), ['1', '–', '**not met**']);
});

test('what was not measured is neither met nor missed', (t) => {
  const words = new Set(judge({ rounds: [], facts: {} }).lines.map((line) => line.at(-1)));
  t.deepEqual(words, new Set(['not measured']));
});
