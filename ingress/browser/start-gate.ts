import type { Context } from 'koa';
import pLimit from 'p-limit';
import { Problem } from '#ingress/http/problem.ts';
import { within } from '#operations/deadline.ts';

/**
 * Whoever has a code on its way comes before those who have none yet: beyond so many, starts wait for each other, and callbacks and
 * pages do not wait for them. A start takes some ms; only in a burst are there so many at once.
 */
const usualAtOnce = 32;
/** A start that waits for a store takes nobody's turn for longer. */
const turnMs = 100;
const mostWaiting = 5_000;
const waitsAtMostMs = 5_000;

export type StartGate = ReturnType<typeof createStartGate>;

/** Lets so many starts of a login be under way at once. Throws a Problem (503) when too many wait, or one waited for too long. */
export function createStartGate({ atOnce = usualAtOnce, most = mostWaiting } = {}) {
  const turns = pLimit(atOnce);

  return async function inTurn(ctx: Pick<Context, 'res'>, start: () => Promise<void>): Promise<void> {
    if (turns.pendingCount >= most) throw tooMany();
    const cameAt = performance.now();
    const begun = await turns(async () => {
      // Who hung up meanwhile begins nothing.
      if (ctx.res.destroyed) return undefined;
      if (performance.now() - cameAt > waitsAtMostMs) throw tooMany();
      const done = start();
      await within(turnMs, done).catch(() => {});
      // Not the promise itself, which would be waited for within the turn.
      return { done };
    });
    await begun?.done;
  };
}

const tooMany = () =>
  new Problem(503, 'temporarily_unavailable', 'Too many begin at the moment. Try again.', {
    headers: { 'Retry-After': '3' },
  });
