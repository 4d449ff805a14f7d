import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory } from 'rate-limiter-flexible';

/** A change must be in force everywhere within 5 s (docs/operation.md); the rest is the look-up's own time. */
const freshForMs = 3_000;
/** The driver looks for a server for 5 s, and waits 20 s on one that hangs. */
const deadlineMs = 1_000;
export const mostKnown = 10_000;
const mostAbsent = 1_000;
/** Of keys that nobody has: so many a second are looked up, and as many at the same time. */
const mostUnknown = 200;

/** MongoDB did not answer, and nothing was known from before; or too many unknown keys were asked for. */
export class DirectoryUnavailable extends Error {
  override readonly name = 'DirectoryUnavailable';
}

/** What was found, undefined for nothing; `seenAt` is the `now` of the last look that MongoDB answered. */
export type Found<T> = { readonly value: T | undefined; readonly seenAt: number };
/** `askedAt`: of the last look, answered or not, and how long it is taken for the truth. */
type Kept<T> = Found<T> & { readonly askedAt: number; readonly goodForMs: number };

/** `atMostMs`: how old the answer may be, should that be less than usual. */
export type LookUp<T> = ((key: string, atMostMs?: number) => Promise<Found<T>>) & {
  /** What is remembered, however old, without waiting; looked up beside when it is not fresh. */
  recall(key: string): T | undefined;
  /** What is known of this key may have changed: it is looked up when it is asked for next. */
  outdate(key: string): void;
  /** It was found just now, by other means: its key is not unknown, however many unknown ones are asked for. */
  learn(key: string, value: T): void;
};

/**
 * Looks things up by their key and remembers the answers for a few seconds, so that a burst reads each once. While MongoDB
 * is away the last known answer serves on, for whoever asks to judge by its `seenAt`.
 *
 * Strangers choose the keys: those that nobody has are remembered apart, where they push out none that somebody has, and only
 * so many of them are looked up. Ages go by a clock that is never set back: by the date an answer would be news for as long as
 * that was wrong. Throws {@link DirectoryUnavailable}.
 */
export function createLookUp<T>(
  find: (key: string) => Promise<T | null>,
  { now = () => performance.now() }: { now?: () => number } = {},
): LookUp<T> {
  const known = new LRUCache<string, Kept<T>>({ max: mostKnown });
  const absent = new LRUCache<string, Kept<T>>({ max: mostAbsent });
  // Not the cache's own `fetch`: it rejects what is under way when newer ones take its place.
  const underWay = new Map<string, Promise<Kept<T>>>();
  const guesses = new RateLimiterMemory({ points: mostUnknown, duration: 1 });
  let unknownUnderWay = 0;

  async function ask(key: string): Promise<Kept<T>> {
    const value = (await withinDeadline(find(key))) ?? undefined;
    const [its, other] = value === undefined ? [absent, known] : [known, absent];
    const kept = { value, seenAt: now(), askedAt: now(), goodForMs: freshForMs };
    other.delete(key);
    its.set(key, kept);
    return kept;
  }

  async function askUnknown(key: string): Promise<Kept<T>> {
    const spent = await guesses.get('all');
    if (unknownUnderWay >= mostUnknown || (spent !== null && spent.consumedPoints >= mostUnknown)) {
      throw new DirectoryUnavailable('too many unknown ids are asked for');
    }
    unknownUnderWay += 1;
    try {
      const kept = await ask(key);
      if (kept.value === undefined) await guesses.penalty('all');
      return kept;
    } finally {
      unknownUnderWay -= 1;
    }
  }

  async function refresh(key: string, last: Kept<T> | undefined): Promise<Kept<T>> {
    try {
      return await (last?.value === undefined ? askUnknown(key) : ask(key));
    } catch (cause) {
      if (last === undefined) throw new DirectoryUnavailable('it cannot be looked up', { cause });
      const kept = { ...last, askedAt: now(), goodForMs: deadlineMs };
      (last.value === undefined ? absent : known).set(key, kept);
      return kept;
    }
  }

  function outdate(key: string): void {
    for (const cache of [known, absent]) {
      const kept = cache.peek(key);
      if (kept !== undefined) cache.set(key, { ...kept, goodForMs: 0 });
    }
  }

  function learn(key: string, value: T): void {
    absent.delete(key);
    known.set(key, { value, seenAt: now(), askedAt: now(), goodForMs: freshForMs });
  }

  async function lookUp(key: string, atMostMs = freshForMs): Promise<Found<T>> {
    const last = known.get(key) ?? absent.get(key);
    if (last !== undefined && now() - last.askedAt < Math.min(atMostMs, last.goodForMs)) return last;
    const asked = underWay.get(key);
    if (asked !== undefined) return asked;
    const asking = refresh(key, last).finally(() => underWay.delete(key));
    underWay.set(key, asking);
    return asking;
  }

  function recall(key: string): T | undefined {
    // Nobody waits for it, and nobody has to hear that it failed.
    void lookUp(key).catch(() => {});
    return known.get(key)?.value;
  }

  return Object.assign(lookUp, { outdate, learn, recall });
}

async function withinDeadline<T>(work: Promise<T>): Promise<T> {
  const late = new AbortController();
  try {
    return await Promise.race([
      work,
      sleep(deadlineMs, undefined, { signal: late.signal }).then(() => {
        throw new DirectoryUnavailable(`no answer within ${deadlineMs} ms`);
      }),
    ]);
  } finally {
    late.abort();
  }
}
