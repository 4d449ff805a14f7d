import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import closeWithGrace from 'close-with-grace';
import type { Logger } from 'pino';
import { within } from './deadline.ts';
import { endSignals, onEndSignals } from './end-signals.ts';
import { routeConsole } from './route-console.ts';

/** A process is gone this long after SIGTERM, whatever hangs: BullMQ's close() does while Redis is away (bullmq#4656). */
export const exitWithinMs = 12_000;
/** One that gave itself up. */
const stuckExitsWithinMs = 5_000;
const flushMs = 500;

const operatorFaults = new Set(['ConfigError', 'StoreUnreachable', 'StoreUnusable', 'AddressUnusable']);

/** What the process knows of its own end. */
export type Life = {
  /** True as soon as it is to end, for whatever reason. */
  readonly isEnding: boolean;
  /** True when it was told to go and is well: there is time to let others know first. */
  readonly mayLinger: boolean;
};

/** Opens what a process is there for, on a stack that is closed at its end. */
export type Start = (stack: AsyncDisposableStack, life: Life, log: Logger) => Promise<void>;

/**
 * Starts a process and ends it well: on SIGTERM, SIGINT or a bug nobody caught, everything `start` opened is closed in
 * reverse order. When the start fails, what it had opened is closed, one line says why, and the exit code is 1.
 */
export async function runProcess(log: Logger, start: Start): Promise<void> {
  routeConsole(log);
  const stack = new AsyncDisposableStack();
  const life = { isEnding: false, mayLinger: false };
  let signal: string | undefined;
  const { close } = closeWithGrace(
    {
      delay: exitWithinMs,
      logger: { error: (message) => log.fatal({ err: message }, 'closing') },
      skip: [...endSignals],
    },
    async ({ err, signal: other }) => {
      life.isEnding = true;
      signal ??= other;
      // Ctrl-C is a person's, who waits; a process that gave itself up is good for nothing.
      life.mayLinger = signal === 'SIGTERM' && process.exitCode === undefined;
      // What it waits for most likely is what does not come any more.
      if (process.exitCode !== undefined) setTimeout(() => process.exit(), stuckExitsWithinMs);
      if (err === undefined) log.info({ signal }, 'closing');
      else log.fatal({ err }, 'closing');
      await stack.disposeAsync();
      log.info('closed');
      await flush(log);
      // closeWithGrace ends a signalled process with 0, whatever the process says of itself.
      if (process.exitCode !== undefined) process.exit();
    },
  );
  onEndSignals({
    onFirst(first) {
      // It is on its way already, after a bug that nobody caught.
      if (life.isEnding) return;
      signal = first;
      void close();
    },
    onAgain(again) {
      log.fatal(`second ${again}, exiting`);
      process.exit(1);
    },
  });
  if (life.isEnding) return;
  try {
    await start(stack, life, log);
  } catch (error) {
    // What is closed under its hands makes it fail, and is no reason.
    if (life.isEnding) return;
    const { name, message } = error as Error;
    // What the operator has to mend is said in plain words, to whoever reads; anything else is a bug.
    const isOperators = operatorFaults.has(name);
    const { plain, json } = isOperators ? readers() : { plain: false, json: true };
    if (plain) process.stderr.write(`${message}\n`);
    if (json) log.fatal(isOperators ? { reason: message } : { err: error }, 'could not start');
    await stack.disposeAsync();
    await flush(log);
    process.exit(1);
  }
}

/** Standard error takes plain words and the log JSON. Where both are the same, one is enough: a person's terminal gets words. */
function readers(): { plain: boolean; json: boolean } {
  try {
    const [output, error] = [fstatSync(1), fstatSync(2)];
    const isSame = output.dev === error.dev && output.ino === error.ino;
    return { plain: !isSame || isatty(2), json: !isSame || !isatty(2) };
  } catch {
    return { plain: true, json: true };
  }
}

/** A reader who stands still is not waited for. */
async function flush(log: Logger): Promise<void> {
  const flushed = new Promise<void>((resolve) => log.flush(() => resolve()));
  await within(flushMs, flushed).catch(() => {});
}
