import { LRUCache } from 'lru-cache';

/** What failed is asked again after that, or after the time that it is shared for, if that is shorter. */
const failureSharedForMs = 10_000;
/** A look is shared for so many times as long as it took: however much there is, it takes a tenth of the time. */
const timesItTook = 10;
const longestMs = 120_000;

/** One look for all who ask for the same at the same time, and for a while after it. `most`: things that are remembered. */
export function createShare<T>(most: number) {
  const known = new LRUCache<string, Promise<T>>({ max: most });
  return function share(key: string, ask: () => Promise<T>, forMs: number): Promise<T> {
    const asking = known.get(key);
    if (asking !== undefined) return asking;
    const began = performance.now();
    const asked = ask();
    known.set(key, asked);
    const keep = (ttl: number) => {
      if (known.peek(key) === asked) known.set(key, asked, { ttl });
    };
    asked.then(
      () => keep(Math.min(Math.max(forMs, timesItTook * (performance.now() - began)), longestMs)),
      () => keep(Math.min(forMs, failureSharedForMs)),
    );
    return asked;
  };
}
