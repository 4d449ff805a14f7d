import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'bullmq';
import type { Logger } from 'pino';
import { isRedisRefusal } from '#connections/redis-refusal.ts';

const restMs = 1_000;

/**
 * Has a worker wait a second before it asks a Redis again that takes no writes. BullMQ asks at once, thousands of times a second,
 * and writes of each: its `runRetryDelay` is for lost connections alone (retryIfFailed of 6.7.0).
 */
export function restOnRefusal(
  worker: Pick<Worker, 'on' | 'pause' | 'resume' | 'closing'>,
  log: Pick<Logger, 'error'>,
): void {
  let isResting = false;
  async function rest(): Promise<void> {
    if (isResting) return;
    isResting = true;
    await worker.pause(true);
    await sleep(restMs);
    isResting = false;
    if (!worker.closing) await worker.resume();
  }
  worker.on('error', (error) => {
    if (isRedisRefusal(error)) rest().catch((cause) => log.error({ err: cause }, 'a worker does not go on'));
  });
}
