import { within } from '#operations/deadline.ts';

const askEachMs = 1_000;
/** Twice as long as a silent connection takes to be replaced. */
const stuckAfterMs = 12_000;
const answerMs = 4_000;

/**
 * Asks a store once a second by way of the connections that the process works with. When no answer comes for 12 s, it asks
 * by a new connection: an answer there means that the store is well and ours does not heal, and `onStuck` is called. While
 * the store does not answer there either, it is away, and is waited for.
 */
export function watchAnswers(deps: {
  /** Resolves at any answer of the store, also a refusal; may wait for as long as the store is away. */
  ask: () => Promise<unknown>;
  /** The same on a connection of its own, which it closes. */
  askAnew: () => Promise<unknown>;
  onStuck: () => void;
  everyMs?: number;
  patienceMs?: number;
  answersWithinMs?: number;
}) {
  const { ask, askAnew, onStuck, everyMs = askEachMs, patienceMs = stuckAfterMs } = deps;
  const { answersWithinMs = answerMs } = deps;
  let lastAnswer = performance.now();
  let isAsking = false;
  let isComparing = false;

  async function askOurs(): Promise<void> {
    await ask();
    lastAnswer = performance.now();
    isAsking = false;
  }

  /** One question at a time, so that a store that is away for hours gathers no heap of them. */
  function askInTurn(): void {
    if (isAsking) return;
    isAsking = true;
    askOurs().catch(() => {
      isAsking = false;
    });
  }

  async function compare(): Promise<void> {
    if (isComparing || performance.now() - lastAnswer <= patienceMs) return;
    isComparing = true;
    try {
      await within(answersWithinMs, askAnew());
      // Once more: a process that was suspended finds its answer only now, and ioredis may lose one (ioredis#2193).
      await within(answersWithinMs, askOurs()).catch(onStuck);
    } catch {
      // It is away.
    } finally {
      isComparing = false;
    }
  }

  const timer = setInterval(() => {
    askInTurn();
    void compare();
  }, everyMs);
  return { close: () => clearInterval(timer) };
}
