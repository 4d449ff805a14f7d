import { setTimeout as sleep } from 'node:timers/promises';
import { watching } from '#bench/rows/look.ts';
import type { Us } from '#bench/subjects/us.ts';

const { operators, everyMs } = watching;

/** Runs something while two operators have the first screen of `/operate` open. Throws when one of them was not answered. */
export async function whileWatched<T>({ askOperator }: Us, run: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  async function watch(n: number): Promise<void> {
    try {
      await sleep((n * everyMs) / operators, undefined, over);
      for (;;) {
        const answer = await askOperator('/operate', { headers: { accept: 'text/html' } });
        await answer.text();
        if (answer.status !== 200) throw new Error(`An operator was answered ${answer.status}.`);
        await sleep(everyMs, undefined, over);
      }
    } catch (error) {
      if (!over.signal.aborted) throw error;
    }
  }
  const looking = Promise.all(Array.from({ length: operators }, (_, n) => watch(n)));
  try {
    const [measured] = await Promise.all([run().finally(() => over.abort()), looking]);
    return measured;
  } finally {
    over.abort();
  }
}
