import type { Findings, Row, Table } from '#bench/rows/bench.ts';

type Verdict = { readonly value: string; readonly isMet: boolean };
type Goal = {
  readonly measure: string;
  readonly atLeast: string;
  /** Undefined when a row it needs was not measured. */
  readonly judge: (find: Find, facts: NonNullable<Findings['facts']>) => Verdict | undefined;
};
type Find = (row: string, subject: string) => Row | undefined;

const us = 'us';
const peerA = 'peer A: Go, silenceper/wechat';
const peerB = 'peer B: Koa, undici, Mongoose';
const times = (value: number) => `${value.toFixed(2)} ×`;
const ms = (value: number) => `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(1)} ms`;

function ratio(ours: number | undefined, theirs: number | undefined, least: number): Verdict | undefined {
  if (!ours || !theirs) return undefined;
  return { value: times(ours / theirs), isMet: ours / theirs >= least };
}
function atMost(value: number | undefined, most: number, show: (value: number) => string) {
  return value === undefined || Number.isNaN(value)
    ? undefined
    : { value: show(value), isMet: value <= most };
}
const minus = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? undefined : a - b;
const over = (a: number | undefined, b: number | undefined) => (a === undefined || !b ? undefined : a / b);

/** Counted, and explained command by command in docs/performance.md; test/system/commands-per-login.test.ts holds it. */
const commandsOfOne = 12;
/** Some commands a minute are nobody's in particular. */
const onceInAWhile = 0.25;

/** What is promised, as ratios within one run: absolute figures are those of the machine. */
const goals: readonly Goal[] = [
  {
    measure: 'full logins a second, 100 people, WeChat at 0 ms, against peer A',
    atLeast: '1.0 ×',
    judge: (find) => ratio(find('closed-100', us)?.rate, find('closed-100', peerA)?.rate, 1),
  },
  {
    measure: 'the same against peer B',
    atLeast: '1.3 ×',
    judge: (find) => ratio(find('closed-100', us)?.rate, find('closed-100', peerB)?.rate, 1.3),
  },
  {
    measure: 'one person, WeChat at 0 ms: callback → ready, p50',
    atLeast: "peer A's + 4 ms",
    judge: (find) => {
      const [ours, theirs] = [us, peerA].map((name) => find('closed-1', name)?.callbackToReady?.p50);
      return atMost(minus(ours, theirs), 4, ms);
    },
  },
  {
    measure: '1,000 arrivals a second, WeChat at 150±50 ms: callback → ready p99',
    atLeast: "peer A's + 60 ms",
    judge: (find) => {
      const [ours, theirs] = [us, peerA].map((name) => find('open-1000', name)?.callbackToReady?.p99);
      return atMost(minus(ours, theirs), 60, ms);
    },
  },
  {
    measure: 'callback answered, same burst, p99',
    atLeast: "0.1 × peer A's",
    judge: (find) => {
      const [ours, theirs] = [us, peerA].map((name) => find('open-1000', name)?.callback?.p99);
      return atMost(over(ours, theirs), 0.1, times);
    },
  },
  {
    measure: 'callback requests a second against bare Koa redirect',
    atLeast: '0.5 ×',
    judge: (find) => ratio(find('callbacks', us)?.rate, find('ceilings', 'bare Koa redirect')?.rate, 0.5),
  },
  {
    measure: 'waiting pages on one ingress, KB each above idle',
    atLeast: '≤ 15 KB',
    judge: (_find, facts) => atMost(facts['page-kb'], 15, (kb) => `${kb.toFixed(1)} KB`),
  },
  {
    measure: 'their wake-up at 500 completions a second, p99',
    atLeast: '≤ 50 ms',
    judge: (_find, facts) => atMost(facts['wake-up-p99'], 50, ms),
  },
  {
    measure: 'cost of one login, deepest queue against shallowest',
    atLeast: '≤ 1.15 ×',
    judge: (_find, facts) => atMost(facts['depth-ratio'], 1.15, times),
  },
  {
    measure: 'cost of one login, most bindings against fewest',
    atLeast: '≤ 1.15 ×',
    judge: (_find, facts) => atMost(facts['bindings-ratio'], 1.15, times),
  },
  {
    measure: 'Redis commands per login, start to ready',
    atLeast: 'as few as the rules allow',
    judge: (_find, facts) =>
      atMost(facts['redis-commands-1'], commandsOfOne + onceInAWhile, (one) => {
        return `${one} alone, ${facts['redis-commands-100']} among 100 (${commandsOfOne} allowed)`;
      }),
  },
];

export function judge({ rows = [], facts = {} }: Findings): Table {
  const find: Find = (name, subject) => rows.find((row) => row.row === name && row.subject === subject);
  const lines = goals.map(({ measure, atLeast, judge: verdictOf }) => {
    const verdict = verdictOf(find, facts);
    return [
      measure,
      atLeast,
      verdict?.value ?? '–',
      verdict === undefined ? 'not measured' : verdict.isMet ? 'met' : '**not met**',
    ];
  });
  return { title: 'Must reach', columns: ['measure', 'at least', 'this run', ''], lines };
}
