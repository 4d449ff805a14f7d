import type { Findings, Row, Table } from '#bench/rows/bench.ts';
import { ourNames } from '#bench/subjects/names.ts';
import { type Goal, goals } from './goals.ts';
import { middleOf, pairsOf } from './ratios.ts';

type Value = number | undefined;

/** What a goal may ask of a run, for one of our two ways to run. Undefined: not measured. */
export type Asked = {
  /** The middle of ours / theirs over the rounds. */
  readonly ratio: (row: string, peer: string, figure: (row: Row) => Value) => Value;
  /** The middle of ours − theirs. */
  readonly difference: (row: string, peer: string, figure: (row: Row) => Value) => Value;
  /** The greatest of ours. */
  readonly most: (row: string, figure: (row: Row) => Value) => Value;
  /** A single number; where each way to run has its own, that. */
  readonly fact: (name: string) => Value;
};

/** The table of what must be reached: ours apart decides, ours in one process stands beside it. */
export function judge({ rounds = [], facts = {} }: Findings): Table {
  const lines = goals.map((goal) => {
    const [apart, oneProcess] = [ourNames.apart, ourNames.oneProcess].map((name) =>
      measured(goal, asked(rounds, facts, name)),
    );
    const decides = goal.decides === 'oneProcess' ? oneProcess : apart;
    const word = decides === undefined ? 'not measured' : isMet(goal, decides) ? 'met' : '**not met**';
    const show = (value: Value) => (value === undefined ? '–' : goal.show(value));
    return [goal.measure, goal.target, show(apart), show(oneProcess), word];
  });
  return { title: 'Must reach', columns: ['measure', 'at least', 'apart', 'one process', ''], lines };
}

function measured(goal: Goal, of: Asked): Value {
  const value = goal.value(of);
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

function isMet({ least, most }: Goal, value: number): boolean {
  return (least === undefined || value >= least) && (most === undefined || value <= most);
}

function asked(rounds: readonly Row[], facts: NonNullable<Findings['facts']>, name: string): Asked {
  const missing = (value: Value) => value ?? Number.NaN;
  return {
    ratio: (row, peer, figure) =>
      middleOf(pairsOf(rounds, row, name, peer), (a, b) => missing(figure(a)) / missing(figure(b))),
    difference: (row, peer, figure) =>
      middleOf(pairsOf(rounds, row, name, peer), (a, b) => missing(figure(a)) - missing(figure(b))),
    most(row, figure) {
      const values = rounds
        .filter((one) => one.row === row && one.subject === name)
        .map(figure)
        .filter((value) => value !== undefined);
      return values.length === 0 ? undefined : Math.max(...values);
    },
    fact: (fact) => facts[`${name}: ${fact}`],
  };
}
