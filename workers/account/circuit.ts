import { CircuitState, circuitBreaker, handleWhen } from 'cockatiel';
import { remedyOf, WeChatError, WeChatUnreachable } from '#wechat/api/errors.ts';
import { HeldBackError } from '#workers/account/held-back-error.ts';
import { createRecentCalls } from '#workers/account/recent-calls.ts';

/** One probe a second while the circuit is open. */
const probeEachMs = 1_000;
/** No answer for this long, with this many calls waiting for one, is an outage that has not been told yet. */
const silenceMs = 1_500;
const silentCalls = 20;
/** Second calls for a code may make up this share of an account's calls, so that retries never feed an outage. */
const retryShare = 0.1;
const freeRetries = 20;
const budgetWindowMs = 10_000;
/** An outage is told to others for so long after the last call that failed: where nobody tries, nobody knows. */
const toldForMs = 15_000;

export type AccountCircuit = ReturnType<typeof createAccountCircuit>;

/**
 * Stops spending codes while WeChat does not answer for an account: opens when half of at least 20 calls in 10 s had no
 * usable answer, lets one call a second through, closes on the first that succeeds. Errcodes that refuse are answers.
 */
export function createAccountCircuit(
  onChange: (state: 'open' | 'closed') => void,
  now: () => number = () => performance.now(),
) {
  const breaker = circuitBreaker(handleWhen(isOutage), {
    // When to probe is said here: the breaker goes by the machine's date, which may be set back by hours.
    halfOpenAfter: Number.NEGATIVE_INFINITY,
    breaker: createRecentCalls({ windowMs: budgetWindowMs, leastCalls: 20, now }),
  });
  let downSince: number | undefined;
  let brokenAt = Number.NEGATIVE_INFINITY;
  let isProbing = false;
  let inFlight = 0;
  let quietSince = now();
  let budget = { until: 0, calls: 0, retries: 0 };
  breaker.onBreak(() => {
    brokenAt = now();
    if (downSince === undefined) onChange('open');
    downSince ??= brokenAt;
  });
  breaker.onReset(() => {
    downSince = undefined;
    onChange('closed');
  });

  /** Longer the longer it lasts: a backlog must not be stirred each second. */
  const resumeInMs = () => Math.min(Math.max((now() - (downSince ?? now())) / 2, 1_000), 10_000);
  const mayCall = () =>
    breaker.state === CircuitState.Closed || (now() - brokenAt >= probeEachMs && !isProbing);

  return {
    /** True while it is open, and was tried of late. */
    isDown: (): boolean => downSince !== undefined && now() - brokenAt < toldForMs,

    /** Throws {@link HeldBackError} when a call made now would likely be wasted. */
    check(): void {
      if (!mayCall()) throw new HeldBackError(resumeInMs());
      if (inFlight >= silentCalls && now() - quietSince > silenceMs) throw new HeldBackError(1_000);
    },

    /** Throws {@link HeldBackError} when too many of the last calls were second ones. */
    checkRetry(): void {
      if (budget.until > now() && budget.retries >= freeRetries + budget.calls * retryShare) {
        throw new HeldBackError(2_000);
      }
    },

    /** One is made. */
    noteRetry(): void {
      budget.retries += 1;
    },

    /** Makes the call and learns from it. Throws what the call throws, or HeldBackError when it was not made. */
    async run<T>(call: () => Promise<T>): Promise<T> {
      // The breaker would let it wait for the probe's end, and a code's time runs out meanwhile.
      if (isProbing || !mayCall()) throw new HeldBackError(resumeInMs());
      if (budget.until <= now()) budget = { until: now() + budgetWindowMs, calls: 0, retries: 0 };
      budget.calls += 1;
      const isProbe = breaker.state !== CircuitState.Closed;
      if (isProbe) isProbing = true;
      if (inFlight === 0) quietSince = now();
      inFlight += 1;
      try {
        const result = await breaker.execute(call);
        quietSince = now();
        return result;
      } catch (error) {
        if (!isOutage(error)) quietSince = now();
        throw error;
      } finally {
        inFlight -= 1;
        if (isProbe) isProbing = false;
      }
    },
  };
}

function isOutage(error: unknown): boolean {
  return error instanceof WeChatUnreachable || (error instanceof WeChatError && remedyOf(error) === 'retry');
}
