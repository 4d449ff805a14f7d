import { setTimeout as sleep } from 'node:timers/promises';

/** `count` clients, each of whom begins again the moment it is done. Ends when `until()` says so. */
export async function closedLoop(
  count: number,
  until: () => boolean,
  once: () => Promise<void>,
): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async () => {
      while (!until()) await once();
    }),
  );
}

/** Does something `count` times, some at once; answers what each gave, in order. */
export async function manyAtOnce<T>(
  count: number,
  atOnce: number,
  once: (n: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let begun = 0;
  const isOver = () => begun >= count;
  await closedLoop(atOnce, isOver, async () => {
    const n = begun++;
    results[n] = await once(n);
  });
  return results;
}

/**
 * Begins `rate` a second, whether those before are done or not; `once` is told when it should have begun, so that a
 * stall counts for everybody who would have come during it. Ends when `until()` says so, or after `most` and all of them are done.
 */
export async function openLoop(
  rate: number,
  until: () => boolean,
  once: (scheduled: number) => Promise<void>,
  most = Number.POSITIVE_INFINITY,
): Promise<void> {
  const begun = performance.now();
  const running = new Set<Promise<void>>();
  for (let n = 0; n < most && !until(); ) {
    const due = Math.min(most, Math.floor(((performance.now() - begun) * rate) / 1_000));
    for (; n < due; n += 1) {
      const one = once(begun + (n * 1_000) / rate).finally(() => running.delete(one));
      running.add(one);
    }
    await sleep(1);
  }
  await Promise.all(running);
}
