import { inspect } from 'node:util';
import pWaitFor, { TimeoutError } from 'p-wait-for';

type Options = {
  /** Milliseconds until it gives up; 30 s when absent: a busy machine is slow, a fault lasts. */
  timeoutMs?: number;
  /** What is awaited, for the failure; the condition's source when absent. */
  what?: string;
};

type Falsy = false | null | undefined | 0 | '';

/** Waits until the condition gives something truthy and returns it. A rejection ends the wait at once. */
export async function until<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 30_000, what = condition.toString() }: Options = {},
) {
  let last: T | undefined;
  try {
    await pWaitFor(
      async () => {
        last = await condition();
        return Boolean(last);
      },
      { interval: 10, timeout: timeoutMs },
    );
    return last as Exclude<T, Falsy>;
  } catch (error) {
    throw error instanceof TimeoutError
      ? new Error(`Not within ${timeoutMs} ms: ${what}. The last value was ${inspect(last, { depth: 2 })}.`)
      : error;
  }
}
