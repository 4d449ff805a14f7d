export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/** The answer, or {@link DeadlineError} after `ms`. The work itself goes on: only what is safe to repeat belongs here. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
