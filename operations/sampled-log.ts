import type { Logger } from 'pino';

/** Kinds told apart in one window; those beyond count as one. */
const mostKinds = 200;

export type SampledLog = ReturnType<typeof createSampledLog>;

/**
 * For lines that strangers can cause at will: the first `first` of a kind in `windowMs` are written, the others are counted,
 * and one line at the end of the window says how many they were.
 */
export function createSampledLog(log: Logger, { first = 5, windowMs = 10_000 } = {}) {
  let counts = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  function endWindow(): void {
    clearTimeout(timer);
    timer = undefined;
    const ended = counts;
    counts = new Map();
    for (const [kind, count] of ended) {
      if (count > first)
        log.info({ kind, more: count - first, windowMs }, 'more lines of this kind were left out');
    }
  }

  return {
    /** `kind` must come from a closed list, or be one of few: it is written, too. */
    write(kind: string, level: 'info' | 'warn', fields: object, message: string): void {
      timer ??= setTimeout(endWindow, windowMs).unref();
      const known = counts.has(kind) || counts.size < mostKinds ? kind : 'other';
      const count = (counts.get(known) ?? 0) + 1;
      counts.set(known, count);
      if (count <= first) log[level](fields, message);
    },
    /** Says now what was left out. */
    flush: endWindow,
  };
}
