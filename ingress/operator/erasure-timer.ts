import type { Logger } from 'pino';
import { createErasure, type Erasure } from '#models/documents/erasure.ts';
import type { Documents } from '#models/documents/open-documents.ts';
import type { Unbinding } from '#models/login/unbinding.ts';

const lookEachMs = 60_000;

/** The erasure of people, and the timer that works off what is on record to be erased. */
export function openErasures(
  stack: AsyncDisposableStack,
  { documents, unbinding, log }: { documents: Documents; unbinding: Unbinding; log: Logger },
) {
  const erasure = createErasure({ ...documents, unbinding });
  const onError = (error: unknown) => log.warn({ err: error }, 'could not erase a removed enterprise yet');
  const { begin } = stack.adopt(startErasures(erasure, onError), (timer) => timer.close());
  return { erasure, onErasure: begin };
}

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
