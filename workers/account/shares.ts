import { otherClients, sliceName } from '#models/account/slice.ts';

/** Shares are judged over the last ten to twenty seconds. */
const windowMs = 10_000;
/** Fewer tries than this are nobody's flood. */
const alwaysLight = 5;
/** So many refused codes, and more than two of three, are no accident: somebody makes them up. */
const suspectFrom = 5;
const suspectPart = 2 / 3;
/** So many clients of an enterprise have a slice of their own; those who come after them share one. */
const mostOwnSlices = 2;

type Counts = { answered: number; refused: number };
type OfEnterprise = {
  tries: number;
  readonly all: Counts;
  readonly byClient: Map<string, Counts>;
  /** Clients with a refused code. */
  readonly refused: Set<string>;
};
type Window = Map<string, Map<string, OfEnterprise>>;
/** Whose call it is. `client`: a name of the address its code came from; '' where that is not known. */
export type Caller = { readonly appid: string; readonly entId: string; readonly client?: string | undefined };

export type AccountShares = ReturnType<typeof createAccountShares>;

/**
 * What each enterprise makes of its account's calls in this process, and how many of its codes WeChat refuses: by the address
 * they came from, so that a stranger who makes codes up is told from the people of the enterprise.
 */
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

  function ofEnterprise(appid: string, entId: string): OfEnterprise {
    turn();
    const account = current.get(appid) ?? new Map<string, OfEnterprise>();
    current.set(appid, account);
    const own = account.get(entId) ?? {
      tries: 0,
      all: { answered: 0, refused: 0 },
      byClient: new Map(),
      refused: new Set(),
    };
    account.set(entId, own);
    return own;
  }

  function tries(appid: string, entId?: string): number {
    let total = 0;
    for (const window of [current, previous]) {
      for (const [id, own] of window.get(appid) ?? []) if (id === (entId ?? id)) total += own.tries;
    }
    return total;
  }

  /** Of both windows; of one client, or of all. */
  function answersOf({ appid, entId }: Caller, client?: string): Counts {
    const sum = { answered: 0, refused: 0 };
    for (const window of [current, previous]) {
      const own = window.get(appid)?.get(entId);
      const counts = client === undefined ? own?.all : own?.byClient.get(client);
      sum.answered += counts?.answered ?? 0;
      sum.refused += counts?.refused ?? 0;
    }
    return sum;
  }

  /** Looks at those with refused codes alone: in a broadcast there are ten thousand others. */
  function suspectsOf({ appid, entId }: Caller): [string, Counts][] {
    const refused = [previous, current].flatMap((window) => [
      ...(window.get(appid)?.get(entId)?.refused ?? []),
    ]);
    return [...new Set(refused)]
      .filter((client) => client !== '')
      .map((client): [string, Counts] => [client, answersOf({ appid, entId }, client)])
      .filter(([, counts]) => isSuspect(counts));
  }

  function isHeavy(appid: string, entId: string): boolean {
    turn();
    const own = tries(appid, entId);
    const enterprises = Math.max(current.get(appid)?.size ?? 0, previous.get(appid)?.size ?? 0, 1);
    return own > alwaysLight && own > tries(appid) / enterprises / 2;
  }

  return {
    noteTry({ appid, entId }: Caller): void {
      ofEnterprise(appid, entId).tries += 1;
    },
    noteAnswer({ appid, entId, client = '' }: Caller, { isRefusedCode }: { isRefusedCode: boolean }): void {
      const { all, byClient, refused } = ofEnterprise(appid, entId);
      const own = byClient.get(client) ?? { answered: 0, refused: 0 };
      byClient.set(client, own);
      for (const counts of [all, own]) {
        counts.answered += 1;
        if (isRefusedCode) counts.refused += 1;
      }
      if (isRefusedCode) refused.add(client);
    },
    /** True for an enterprise that takes more than half of an equal share of its account. */
    isHeavy: ({ appid, entId }: Caller): boolean => isHeavy(appid, entId),
    /** True for one that does not, where others do. */
    isGuest: ({ appid, entId }: Caller): boolean =>
      !isHeavy(appid, entId) && tries(appid) - tries(appid, entId) > alwaysLight,
    /**
     * The name of the small part of the account that this caller is kept to; undefined for an honest one. A client most of
     * whose codes are refused has its own. Where refused codes come from everywhere, the whole enterprise has one.
     */
    sliceOf(caller: Caller): string | undefined {
      turn();
      const { appid, entId, client = '' } = caller;
      const rest = answersOf(caller);
      if (rest.refused < suspectFrom) return undefined;
      const suspects = suspectsOf(caller);
      const rank = suspects.findIndex(([name]) => name === client);
      if (rank >= 0) return sliceName(appid, entId, rank < mostOwnSlices ? client : otherClients);
      // Their codes are theirs: they do not make the others of the enterprise suspect.
      for (const [, { answered, refused }] of suspects) {
        rest.answered -= answered;
        rest.refused -= refused;
      }
      return isSuspect(rest) ? sliceName(appid, entId) : undefined;
    },
  };
}

const isSuspect = ({ answered, refused }: Counts): boolean =>
  refused >= suspectFrom && refused > answered * suspectPart;
