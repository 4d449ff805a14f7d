import { isStoreAway } from '#connections/store-away.ts';
import { Problem } from '#ingress/http/problem.ts';
import { within } from '#operations/deadline.ts';

const limitMs = 900;

/**
 * Runs what a person waits for on Redis: done within a second, or a 503 that asks to try again. The deadline is our own,
 * since ioredis may leave a command without an answer that was on its way when the connection broke (ioredis#2193).
 * What was given up may still be carried out: only work that is safe to repeat belongs in here.
 */
export async function withinASecond<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await within(limitMs, work());
  } catch (cause) {
    if (!isStoreAway(cause)) throw cause;
    throw new Problem(
      503,
      'temporarily_unavailable',
      'The queue cannot be reached at the moment. Try again.',
      {
        headers: { 'Retry-After': '2' },
        cause,
      },
    );
  }
}
