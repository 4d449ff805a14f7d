import type { Logger } from 'pino';

/** Says why in one fatal line and ends this process, with an exit code that makes its supervisor start a new one. */
export function endStuckProcess(log: Logger, why: string, told: object = {}): void {
  log.fatal(told, why);
  process.exitCode = 1;
  process.kill(process.pid, 'SIGTERM');
}
