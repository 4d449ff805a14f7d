import type { Logger } from 'pino';

let isEnding = false;

/** Says why in one fatal line and ends this process, with an exit code that makes its supervisor start a new one. */
export function endStuckProcess(log: Logger, why: string, told: object = {}): void {
  // Several watchers may find out; what one of them found is enough, and a second signal would cut the end short.
  if (isEnding) return;
  isEnding = true;
  log.fatal(told, why);
  process.exitCode = 1;
  process.kill(process.pid, 'SIGTERM');
}
