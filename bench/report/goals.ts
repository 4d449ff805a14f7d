import type { Row } from '#bench/rows/bench.ts';
import { peerNames } from '#bench/subjects/names.ts';
import type { Asked } from './judge.ts';

export type Goal = {
  readonly measure: string;
  readonly target: string;
  readonly value: (of: Asked) => number | undefined;
  readonly least?: number;
  readonly most?: number;
  readonly show: (value: number) => string;
  /** Where it is not the two processes. */
  readonly decides?: 'oneProcess';
};

const { A, B, C } = peerNames;
const times = (value: number) => `${value.toFixed(2)} ×`;
const more = (ms: number) => `${ms >= 0 ? '+' : '−'}${Math.abs(ms).toFixed(1)} ms`;
const ms = (value: number) => `${Math.round(value)} ms`;
const plain = (value: number) => String(Math.round(value * 100) / 100);
const percent = (value: number) => `${value.toFixed(2)} %`;
const kb = (value: number) => `${value.toFixed(1)} KB`;

const rate = (row: Row) => row.rate;
const cpu = (row: Row) => row.own;
const p50 = (row: Row) => row.callbackToHost?.p50;
const p99 = (row: Row) => row.callbackToHost?.p99;
/** Some commands a minute are nobody's in particular. */
const onceInAWhile = 0.25;

const atZero = 'WeChat at 0 ms';
const real = 'WeChat at 150±50 ms';

/** What is promised: ratios and differences within one run, since absolute figures are those of the machine. */
export const goals: readonly Goal[] = [
  {
    measure: `full logins a second, 100 people, ${atZero}, against peer A`,
    target: '1.0 ×',
    value: ({ ratio }) => ratio('closed-100', A, rate),
    least: 1,
    show: times,
  },
  {
    measure: 'the same, 300 people',
    target: '1.15 ×',
    value: ({ ratio }) => ratio('closed-300', A, rate),
    least: 1.15,
    show: times,
  },
  {
    measure: 'the same, 100 people, against peer B',
    target: '1.4 ×',
    value: ({ ratio }) => ratio('closed-100', B, rate),
    least: 1.4,
    show: times,
  },
  {
    measure: 'the same, 100 people, against peer C',
    target: '1.2 ×',
    value: ({ ratio }) => ratio('closed-100', C, rate),
    least: 1.2,
    show: times,
  },
  {
    measure: `CPU of a login with its stores, 100 people, ${atZero}, against peer A`,
    target: '≤ 0.9 ×',
    value: ({ ratio }) => ratio('closed-100', A, cpu),
    most: 0.9,
    show: times,
  },
  {
    measure: `the same, 300 people, ${real}`,
    target: '≤ 1.0 ×',
    value: ({ ratio }) => ratio('closed-300-150ms', A, cpu),
    most: 1,
    show: times,
  },
  {
    measure: `one person, ${atZero}: callback → host, p50`,
    target: "peer A's + 4 ms",
    value: ({ difference }) => difference('closed-1', A, p50),
    most: 4,
    show: more,
  },
  {
    measure: `200 arrivals a second, ${real}: callback → host, p50`,
    target: "peer A's + 10 ms",
    value: ({ difference }) => difference('open-200', A, p50),
    most: 10,
    show: more,
  },
  {
    measure: 'the same, p99',
    target: "peer A's + 60 ms",
    value: ({ difference }) => difference('open-200', A, p99),
    most: 60,
    show: more,
  },
  {
    measure: `1,000 arrivals a second for 5 s, ${real}: logins a second until all are done`,
    target: "1.0 × peer A's",
    value: ({ ratio }) => ratio('burst-1000', A, rate),
    least: 1,
    show: times,
  },
  {
    measure: 'the same: callback → host, p99',
    target: "≤ 1.0 × peer A's",
    value: ({ ratio }) => ratio('burst-1000', A, p99),
    most: 1,
    show: times,
  },
  {
    measure: 'the same: answers of 503, in the worst round',
    target: 'none',
    value: ({ most }) => most('burst-1000', (row) => row.turnedAway),
    most: 0,
    show: plain,
  },
  {
    measure: 'the same: callback answered where it leads to the page, p99, in the worst round',
    target: '≤ 200 ms',
    value: ({ most }) => most('burst-1000', (row) => row.callbackToPage?.p99),
    most: 200,
    show: ms,
  },
  {
    measure: 'waiting pages on one ingress, KB each above idle',
    target: '≤ 12 KB',
    value: ({ fact }) => fact('page KB'),
    most: 12,
    show: kb,
  },
  {
    measure: 'their wake-up at 500 completions a second, p99',
    target: '≤ 30 ms',
    value: ({ fact }) => fact('wake-up p99'),
    most: 30,
    show: ms,
  },
  {
    measure: 'ingress killed → all of them back',
    target: '≤ 5 s',
    value: ({ fact }) => fact('pages back'),
    most: 5_000,
    show: ms,
  },
  {
    measure: 'open QR pages on one ingress, KB each above idle',
    target: '≤ 15 KB',
    value: ({ fact }) => fact('QR page KB'),
    most: 15,
    show: kb,
  },
  {
    measure: 'a phone scanned → its computer told, p99',
    target: '≤ 100 ms',
    value: ({ fact }) => fact('scan heard p99'),
    most: 100,
    show: ms,
  },
  {
    measure: 'first paint after the first byte at 150 ms and 1.6 Mbit/s, p50 of the slowest page',
    target: '≤ 300 ms',
    value: ({ fact }) => fact('first paint'),
    most: 300,
    show: ms,
  },
  {
    measure: 'Redis commands of a login, alone, two processes',
    target: '10',
    value: ({ fact }) => fact('Redis commands, 1'),
    most: 10 + onceInAWhile,
    show: plain,
  },
  {
    measure: 'the same, one process',
    target: '8',
    value: ({ fact }) => fact('Redis commands, 1'),
    most: 8 + onceInAWhile,
    show: plain,
    decides: 'oneProcess',
  },
  {
    measure: 'the same, among 100',
    target: '1',
    value: ({ fact }) => fact('Redis commands, 100'),
    most: 1,
    show: plain,
  },
  {
    measure: 'cost of a login, deepest queue (1M in the usual run) against 1k',
    target: '≤ 1.1 ×',
    value: ({ fact }) => fact('depth'),
    most: 1.1,
    show: times,
  },
  {
    measure: 'cost of a login, most bindings (10M with bench:scale --great) against 1k',
    target: '≤ 1.1 ×',
    value: ({ fact }) => fact('bindings'),
    most: 1.1,
    show: times,
  },
  {
    measure: 'cost of a login, QUEUE_SHARDS 2 to 4 against 1, in the worst',
    target: '≤ 1.05 ×',
    value: ({ fact }) => fact('shards'),
    most: 1.05,
    show: times,
  },
  {
    measure: 'two operators watch the page that takes most, with the stores, of one core',
    target: '≤ 3 %',
    value: ({ fact }) => fact('look'),
    most: 3,
    show: percent,
  },
  {
    measure:
      'a login or a person found in the largest history (10M with bench:scale --great), p99 of the slowest way',
    target: '≤ 200 ms',
    value: ({ fact }) => fact('search'),
    most: 200,
    show: ms,
  },
];
