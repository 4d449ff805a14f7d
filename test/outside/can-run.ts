import { existsSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';

/** Whether a row can be run here; what is missing is told as {@link leaveOut} does. */
export function canRun(
  row: string,
  { programs, files = [] }: { programs: readonly string[]; files?: readonly string[] },
): boolean {
  // Not awaited: AVA wants a file's tests to be declared at once.
  const missing = [
    ...programs.filter((program) => !isOnPath(program)).map((program) => `${program} on PATH`),
    ...files.filter((file) => !existsSync(file)),
  ];
  if (missing.length === 0) return true;
  leaveOut(row, `there is no ${missing.join(', no ')}`);
  return false;
}

/** A skipped test tells why a row is not run. In CI, where everything is to be there, that is a failure. */
export function leaveOut(row: string, why: string): void {
  const title = `${row} is not run: ${why}`;
  if (process.env['CI']) test(title, (t) => t.fail());
  else test.skip(title, (t) => t.pass());
}

const isOnPath = (program: string) =>
  (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => existsSync(path.join(folder, program)));
