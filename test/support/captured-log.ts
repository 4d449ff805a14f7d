import { createLogger } from '#operations/log.ts';

/** A log at its most talkative whose lines the test can read. */
export function capturedLog() {
  const lines: string[] = [];
  const log = createLogger({
    level: 'trace',
    name: 'test',
    destination: {
      write: (line) => {
        lines.push(line);
      },
    },
  });
  return { log, lines };
}
