/** So many refused codes, and more than two of three, are no accident: somebody makes them up. */
const suspectFrom = 5;
const suspectPart = 2 / 3;

type Counts = { answered: number; refused: number };
type Window = {
  /** Of clients whose first code came in this window. */
  readonly firsts: Counts;
  readonly byClient: Map<string, Counts>;
};
/** `suspect`: most of its codes are refused. `refused`: some were, where refused codes come from everywhere. `unknown`: as there, and nothing is known of it. */
export type Standing = 'honest' | 'suspect' | 'refused' | 'unknown';

const none: Counts = { answered: 0, refused: 0 };
const emptyWindow = (): Window => ({ firsts: { ...none }, byClient: new Map() });
const isSuspect = ({ answered, refused }: Counts): boolean =>
  refused >= suspectFrom && refused > answered * suspectPart;

export type CodeRefusals = ReturnType<typeof createCodeRefusals>;

/** Which of one enterprise's clients bring codes that WeChat refuses, over this window and the one before. */
export function createCodeRefusals() {
  let current = emptyWindow();
  let previous = emptyWindow();
  /** Kept up to date with each answer: in a broadcast there are ten thousand clients, and each of their logins asks. */
  const suspects = new Map<string, Counts>();
  let all: Counts = { ...none };

  const countsOf = (client: string): Counts => {
    const [now = none, before = none] = [current, previous].map(({ byClient }) => byClient.get(client));
    return { answered: now.answered + before.answered, refused: now.refused + before.refused };
  };
  function judge(client: string): void {
    const counts = countsOf(client);
    if (isSuspect(counts)) suspects.set(client, counts);
    else suspects.delete(client);
  }
  const sum = (list: Iterable<Counts>): Counts => {
    const total = { ...none };
    for (const { answered, refused } of list) {
      total.answered += answered;
      total.refused += refused;
    }
    return total;
  };

  return {
    note(client: string, isRefused: boolean): void {
      const isFirst = countsOf(client).answered === 0;
      const own = current.byClient.get(client) ?? { ...none };
      current.byClient.set(client, own);
      for (const counts of [own, all, ...(isFirst ? [current.firsts] : [])]) {
        counts.answered += 1;
        if (isRefused) counts.refused += 1;
      }
      if (isRefused || suspects.has(client)) judge(client);
    },

    /** Begins a window. True while there is anything to remember. */
    turn(): boolean {
      previous = current;
      current = emptyWindow();
      all = sum(previous.byClient.values());
      for (const client of [...suspects.keys()]) judge(client);
      return previous.byClient.size > 0;
    },

    /** How one client stands, and which of the suspects it is. */
    standingOf(client: string): { standing: Standing; rank: number } {
      if (all.refused < suspectFrom) return { standing: 'honest', rank: -1 };
      const rank = [...suspects.keys()].indexOf(client);
      if (rank >= 0) return { standing: 'suspect', rank };
      // What suspects bring is theirs: it does not make the others suspect.
      const theirs = sum(suspects.values());
      const rest = { answered: all.answered - theirs.answered, refused: all.refused - theirs.refused };
      if (!isSuspect(rest)) return { standing: 'honest', rank };
      const { answered, refused } = countsOf(client);
      if (answered > 0) return { standing: refused > 0 ? 'refused' : 'honest', rank };
      // Nobody knows it yet. It is held back only where most who come for the first time bring a made-up code.
      const isFlood = isSuspect(sum([current.firsts, previous.firsts]));
      return { standing: isFlood ? 'unknown' : 'honest', rank };
    },
  };
}
