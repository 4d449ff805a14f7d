export type RedisClock = ReturnType<typeof createRedisClock>;

/**
 * Redis's clock as this process last heard it, carried on by its monotonic one. A process's own date may be wrong, and
 * every time that processes share is Redis's.
 */
export function createRedisClock({ monotonic = () => performance.now() }: { monotonic?: () => number } = {}) {
  let offsetMs = Date.now() - monotonic();
  return {
    /** ms since the epoch. */
    now: (): number => Math.round(monotonic() + offsetMs),
    hear(redisNow: number): void {
      offsetMs = redisNow - monotonic();
    },
  };
}
