import type { ExecutionContext, TestFn } from 'ava';

/** One set-up for all tests of a file: for those that keep apart by name. A database for each costs seconds on a busy machine. */
export function shared<T>(
  test: TestFn,
  open: (t: Pick<ExecutionContext, 'teardown'>) => Promise<T>,
): () => T {
  const closing: (() => unknown)[] = [];
  let opened: T | undefined;
  test.before(async () => {
    opened = await open({ teardown: (close) => void closing.unshift(close) });
  });
  test.after.always(async () => {
    for (const close of closing) await close();
  });
  return () => opened as T;
}
