import { setImmediate as nextTurn } from 'node:timers/promises';

export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * The answer, or {@link DeadlineError} after `ms`. The work itself goes on: only what is safe to repeat belongs here. The deadline
 * is the other side's: where this process itself was busy for so long, what lies in its sockets meanwhile is read first.
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(async () => {
      await nextTurn();
      await nextTurn();
      reject(new DeadlineError(`no answer within ${ms} ms`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
