import { otherClients, sliceName, unknownClient } from '#models/account/slice.ts';
import { type CodeRefusals, createCodeRefusals } from '#workers/account/code-refusals.ts';

/** Shares are judged over the last ten to twenty seconds. */
const windowMs = 10_000;
/** Fewer tries than this are nobody's flood. */
const alwaysLight = 5;
/** So many clients of an enterprise have a slice of their own; those who come after them share one. */
const mostOwnSlices = 2;

type Tries = Map<string, Map<string, number>>;
/** Whose call it is. `client`: a name of the address its code came from; '' where that is not known. */
export type Caller = { readonly appid: string; readonly entId: string; readonly client?: string | undefined };

export type AccountShares = ReturnType<typeof createAccountShares>;

/**
 * What each enterprise makes of its account's calls in this process, and how many of its codes WeChat refuses: by the address
 * they came from, so that a stranger who makes codes up is told from the people of the enterprise.
 */
export function createAccountShares({ now = () => performance.now() }: { now?: () => number } = {}) {
  let current: Tries = new Map();
  let previous: Tries = new Map();
  let until = now() + windowMs;
  const refusals = new Map<string, CodeRefusals>();

  function turn() {
    if (now() < until) return;
    const isGap = now() >= until + windowMs;
    previous = isGap ? new Map() : current;
    current = new Map();
    until = now() + windowMs;
    if (isGap) refusals.clear();
    for (const [name, own] of refusals) if (!own.turn()) refusals.delete(name);
  }

  function triesOf(appid: string, entId?: string): number {
    let total = 0;
    for (const window of [current, previous]) {
      for (const [id, tries] of window.get(appid) ?? []) if (id === (entId ?? id)) total += tries;
    }
    return total;
  }

  function isHeavy(appid: string, entId: string): boolean {
    turn();
    const own = triesOf(appid, entId);
    const enterprises = Math.max(current.get(appid)?.size ?? 0, previous.get(appid)?.size ?? 0, 1);
    return own > alwaysLight && own > triesOf(appid) / enterprises / 2;
  }

  return {
    noteTry({ appid, entId }: Caller): void {
      turn();
      const account = current.get(appid) ?? new Map<string, number>();
      current.set(appid, account);
      account.set(entId, (account.get(entId) ?? 0) + 1);
    },
    noteAnswer({ appid, entId, client }: Caller, { isRefusedCode }: { isRefusedCode: boolean }): void {
      turn();
      const name = sliceName(appid, entId);
      const own = refusals.get(name) ?? createCodeRefusals();
      refusals.set(name, own);
      own.note(client || unknownClient, isRefusedCode);
    },
    /** True for an enterprise that takes more than half of an equal share of its account. */
    isHeavy: ({ appid, entId }: Caller): boolean => isHeavy(appid, entId),
    /** True for one that does not, where others do. */
    isGuest: ({ appid, entId }: Caller): boolean =>
      !isHeavy(appid, entId) && triesOf(appid) - triesOf(appid, entId) > alwaysLight,
    /**
     * The name of the small part of the account that this caller is kept to; undefined for an honest one. A client most of
     * whose codes are refused has its own. Where refused codes come from everywhere, those who brought some share one, and
     * those of whom nothing is known the enterprise's.
     */
    sliceOf({ appid, entId, client: told }: Caller): string | undefined {
      turn();
      const client = told || unknownClient;
      const found = refusals.get(sliceName(appid, entId))?.standingOf(client);
      switch (found?.standing) {
        case 'suspect':
          return sliceName(appid, entId, found.rank < mostOwnSlices ? client : otherClients);
        case 'refused':
          return sliceName(appid, entId, otherClients);
        case 'unknown':
          return sliceName(appid, entId);
        default:
          return undefined;
      }
    },
  };
}
