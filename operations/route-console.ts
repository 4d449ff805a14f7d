import { format } from 'node:util';
import type { Logger } from 'pino';

/** BullMQ's, at each of its connections; we say the same once, and what to do. */
const saidBetter = /^IMPORTANT! Eviction policy/;

/** Some put a time or a number into theirs. */
const mostTold = 1_000;

/** What packages write on the console goes to the log, each text once: standard output is JSON lines, and nobody reads the rest. */
export function routeConsole(log: Pick<Logger, 'warn'>): void {
  const told = new Set<string>();
  for (const method of ['log', 'info', 'warn', 'error'] as const) {
    console[method] = (...args: unknown[]) => {
      const text = format(...args);
      if (told.has(text) || saidBetter.test(text)) return;
      if (told.size < mostTold) told.add(text);
      log.warn({ from: 'console' }, text);
    };
  }
}
