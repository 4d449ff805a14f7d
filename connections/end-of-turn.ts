let waiting: (() => void)[] = [];

/**
 * Runs `work` when everything that this turn of the event loop brought has been looked at: what many requests want of one
 * connection can be sent together. Work that is added by other such work runs in the same turn, after it. (An immediate
 * that is set by another one waits for the next turn, and under load a turn is long.)
 */
export function atEndOfTurn(work: () => void): void {
  if (waiting.push(work) === 1) setImmediate(runAll);
}

function runAll(): void {
  for (let n = 0; n < waiting.length; n += 1) waiting[n]?.();
  waiting = [];
}
