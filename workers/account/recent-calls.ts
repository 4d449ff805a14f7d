import { CircuitState, type IBreaker } from 'cockatiel';

const secondMs = 1_000;

/**
 * Breaks when more than half of the calls of the last `windowMs` failed, and there were `leastCalls`. As cockatiel's
 * SamplingBreaker does, which goes by the machine's date (4.0.0): set back by hours, it never breaks for as long.
 */
export function createRecentCalls({
  windowMs,
  leastCalls,
  now,
}: {
  windowMs: number;
  leastCalls: number;
  /** ms of a clock that is never set back. */
  now: () => number;
}): IBreaker {
  let seconds: { begunAt: number; good: number; bad: number }[] = [];

  function ofThisSecond(): (typeof seconds)[number] {
    const at = now();
    const last = seconds.at(-1);
    if (last !== undefined && at - last.begunAt < secondMs) return last;
    const begun = { begunAt: at, good: 0, bad: 0 };
    seconds = [...seconds.filter(({ begunAt }) => at - begunAt < windowMs), begun];
    return begun;
  }

  return {
    // Nobody carries it over to another process.
    state: undefined,
    success(state): void {
      if (state === CircuitState.HalfOpen) seconds = [];
      ofThisSecond().good += 1;
    },
    failure(state): boolean {
      ofThisSecond().bad += 1;
      if (state !== CircuitState.Closed) return true;
      const bad = seconds.reduce((sum, second) => sum + second.bad, 0);
      const all = seconds.reduce((sum, second) => sum + second.good, bad);
      return all >= leastCalls && bad > all / 2;
    },
  };
}
