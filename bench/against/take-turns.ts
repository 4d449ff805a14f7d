/** What one turn of a tree measured, by name. */
export type Figures = Readonly<Record<string, number>>;
export type Pair = { readonly ours: Figures; readonly theirs: Figures };
/** Undefined for a turn that does not count. */
export type Turn = () => Promise<Figures | undefined>;

/** Both in turns, ours first, theirs first, ours first …: what drifts meets either alike. A pair with a turn that does not count is left out. */
export async function takeTurns(
  rounds: number,
  turns: { readonly ours: Turn; readonly theirs: Turn },
  onPair: (pair: Pair) => void = () => {},
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const isOursFirst = round % 2 === 0;
    const first = await turns[isOursFirst ? 'ours' : 'theirs']();
    const second = await turns[isOursFirst ? 'theirs' : 'ours']();
    if (first === undefined || second === undefined) continue;
    const pair = isOursFirst ? { ours: first, theirs: second } : { ours: second, theirs: first };
    pairs.push(pair);
    onPair(pair);
  }
  return pairs;
}
