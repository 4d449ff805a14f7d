import type { Erasure } from '#models/documents/erasure.ts';

const lookEachMs = 60_000;

/** Works off what is on record to be erased: now, each minute, and when it is told that there is more. */
export function startErasures({ work }: Pick<Erasure, 'work'>, onError: (error: unknown) => void) {
  let isRunning = false;
  let isWanted = false;
  let isClosed = false;

  async function run(): Promise<void> {
    isWanted = true;
    if (isRunning) return;
    isRunning = true;
    while (isWanted) {
      isWanted = false;
      await work().catch((error) => isClosed || onError(error));
    }
    isRunning = false;
  }

  const begin = () => void run();
  const timer = setInterval(begin, lookEachMs);
  begin();
  return {
    begin,
    /** What is under way goes on from here at the next start. */
    close(): void {
      // The stores are closed under its hands, which is nothing to tell.
      isClosed = true;
      isWanted = false;
      clearInterval(timer);
    },
  };
}
