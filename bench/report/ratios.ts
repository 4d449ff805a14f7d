import { median } from 'simple-statistics';
import type { Row, Table } from '#bench/rows/bench.ts';

/** The rounds of two subjects under one load, pair by pair: what slowed both is out of their ratio. */
export function pairsOf(
  rounds: readonly Row[],
  row: string,
  ours: string,
  theirs: string,
): readonly (readonly [ours: Row, theirs: Row])[] {
  const of = (subject: string) => rounds.filter((one) => one.row === row && one.subject === subject);
  const others = of(theirs);
  return of(ours).flatMap((our, n) => {
    const their = others[n];
    return their === undefined ? [] : [[our, their] as const];
  });
}

/** The middle one of what the pairs give; undefined where there is none. */
export function middleOf(
  pairs: readonly (readonly [ours: Row, theirs: Row])[],
  figure: (ours: Row, theirs: Row) => number,
): number | undefined {
  const values = pairs.map((pair) => figure(...pair)).filter(Number.isFinite);
  return values.length === 0 ? undefined : median(values);
}

const compared: Readonly<Record<string, (row: Row) => number>> = {
  'logins a second': ({ rate }) => rate,
  'CPU µs a login': ({ own = Number.NaN }) => own,
  'callback → host p50': ({ callbackToHost }) => callbackToHost?.p50 ?? Number.NaN,
  'callback → host p99': ({ callbackToHost }) => callbackToHost?.p99 ?? Number.NaN,
};

/** Each of ours against each peer, in every row: ours / theirs. */
export function ratioTable(rounds: readonly Row[], ours: readonly string[], peers: readonly string[]): Table {
  const rows = [...new Set(rounds.map(({ row }) => row))];
  const isThere = (subject: string) => rounds.some((one) => one.subject === subject);
  const against = peers.filter(isThere);
  const lines = rows.flatMap((row) =>
    ours.filter(isThere).map((our) => [
      row,
      our,
      ...Object.values(compared).map((figure) =>
        against
          .map((peer) => middleOf(pairsOf(rounds, row, our, peer), (a, b) => figure(a) / figure(b)))
          .map((ratio) => ratio?.toFixed(2) ?? '–')
          .join(' / '),
      ),
    ]),
  );
  return {
    title: `Ours / theirs, the middle of the rounds (${against.map((peer) => peer.split(':')[0]).join(' / ')})`,
    columns: ['row', '', ...Object.keys(compared)],
    lines,
  };
}
