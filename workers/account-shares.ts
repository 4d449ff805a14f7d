/** Shares are judged over the last ten to twenty seconds. */
const windowMs = 10_000;
/** Fewer tries than this are nobody's flood. */
const alwaysLight = 5;
/** So many refused codes, and more than two of three, are no accident: somebody makes them up. */
const suspectFrom = 5;
const suspectPart = 2 / 3;

type Counts = { tries: number; answered: number; refused: number };
type Window = Map<string, Map<string, Counts>>;

export type AccountShares = ReturnType<typeof createAccountShares>;

/** What each enterprise makes of its account's calls in this process, and how many of its codes WeChat refuses. */
export function createAccountShares({ now = () => performance.now() }: { now?: () => number } = {}) {
  let current: Window = new Map();
  let previous: Window = new Map();
  let until = now() + windowMs;

  function turn() {
    if (now() < until) return;
    previous = now() < until + windowMs ? current : new Map();
    current = new Map();
    until = now() + windowMs;
  }

  function countsOf(appid: string, entId: string): Counts {
    turn();
    const account = current.get(appid) ?? new Map<string, Counts>();
    current.set(appid, account);
    const counts = account.get(entId) ?? { tries: 0, answered: 0, refused: 0 };
    account.set(entId, counts);
    return counts;
  }

  /** Of one enterprise; of the whole account without. */
  function sum(appid: string, what: keyof Counts, entId?: string): number {
    let total = 0;
    for (const window of [current, previous]) {
      for (const [id, counts] of window.get(appid) ?? []) if (id === (entId ?? id)) total += counts[what];
    }
    return total;
  }

  function isHeavy(appid: string, entId: string): boolean {
    turn();
    const own = sum(appid, 'tries', entId);
    const enterprises = Math.max(current.get(appid)?.size ?? 0, previous.get(appid)?.size ?? 0, 1);
    return own > alwaysLight && own > sum(appid, 'tries') / enterprises / 2;
  }

  return {
    noteTry(appid: string, entId: string): void {
      countsOf(appid, entId).tries += 1;
    },
    noteAnswer(appid: string, entId: string, { isRefusedCode }: { isRefusedCode: boolean }): void {
      const counts = countsOf(appid, entId);
      counts.answered += 1;
      if (isRefusedCode) counts.refused += 1;
    },
    /** True for an enterprise that takes more than half of an equal share of its account. */
    isHeavy,
    /** True for one that does not, where others do. */
    isGuest: (appid: string, entId: string): boolean =>
      !isHeavy(appid, entId) && sum(appid, 'tries') - sum(appid, 'tries', entId) > alwaysLight,
    /** True for an enterprise most of whose codes are refused. */
    isSuspect(appid: string, entId: string): boolean {
      turn();
      const refused = sum(appid, 'refused', entId);
      return refused >= suspectFrom && refused > sum(appid, 'answered', entId) * suspectPart;
    },
  };
}
