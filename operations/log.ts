import { type DestinationStream, type LevelWithSilent, type Logger, type LoggerOptions, pino } from 'pino';
import { createLogDestination } from './log-destination.ts';
import { blank, describeError, scrub, scrubText, secretNames } from './scrub.ts';

/**
 * The process's log: one JSON object a line, on standard output. Credentials and personal data are blanked by name and
 * cut out of errors and texts. That is the second line of defence: what must not be seen should not be passed here.
 */
export function createLogger(options: {
  level: LevelWithSilent;
  /** The process: `ingress`, `workers`. */
  name: string;
  destination?: DestinationStream;
}): Logger {
  const settings: LoggerOptions = {
    level: options.level,
    name: options.name,
    timestamp: pino.stdTimeFunctions.isoTime,
    // A child logger's fields pass through the serializers and through nothing else.
    serializers: {
      ...Object.fromEntries([...secretNames].map((name) => [name, blank])),
      err: describeError,
    },
    formatters: {
      level: (label) => ({ level: label }),
      log: (line) => scrub(line) as Record<string, unknown>,
    },
    hooks: {
      logMethod(args, method) {
        method.apply(this, cleanArguments(args) as typeof args);
      },
    },
  };
  const log = pino(settings, options.destination ?? standardOutput());
  return log;

  function standardOutput(): DestinationStream {
    return createLogDestination({
      onRecovered: (dropped) =>
        log.warn({ dropped }, 'lines of this log were dropped, since nobody took them'),
    });
  }
}

/** Left alone, Pino would make an error's own message the line's, as it is. */
function cleanArguments([first, ...rest]: unknown[]): unknown[] {
  const texts = rest.map((text) => (typeof text === 'string' ? scrubText(text) : scrub(text)));
  if (typeof first === 'string') return [scrubText(first), ...texts];
  const err = first instanceof Error ? first : (first as { err?: unknown } | null)?.err;
  if (err instanceof Error && texts.length === 0) texts.push(scrubText(err.message));
  return [first instanceof Error ? { err: first } : first, ...texts];
}
