import type { JobType, Queue } from 'bullmq';
import { Gauge, type Registry } from 'prom-client';
import { countLogins } from '#models/login/count-logins.ts';
import { within } from '#operations/deadline.ts';

const deadlineMs = 1_000;
/** Looked at for the oldest of them. */
const mostDelayed = 100;

/**
 * Logins of each queue by the state of their job, and the age of its oldest waiting job: the one number that tells whether workers keep
 * up. Asked for when somebody scrapes. While Redis is away `wechat_queue_up` is 0 and the others are absent, not stale.
 */
export function createQueueMetrics({
  queues,
  registry,
  now = Date.now,
}: {
  queues: readonly Queue[];
  registry: Registry;
  now?: () => number;
}): () => Promise<void> {
  const registers = [registry];
  const up = new Gauge({
    name: 'wechat_queue_up',
    help: '1 when the queue answered this scrape.',
    labelNames: ['shard'],
    registers,
  });
  const depth = new Gauge({
    name: 'wechat_queue_jobs',
    help: 'Logins by the state of their job; a job may have several. Reckoned where there are many.',
    labelNames: ['shard', 'state'],
    registers,
  });
  const oldest = new Gauge({
    name: 'wechat_queue_oldest_waiting_seconds',
    help: 'Age of the oldest waiting job; 0 when none waits.',
    labelNames: ['shard'],
    registers,
  });

  const paused = new Gauge({
    name: 'wechat_queue_paused',
    help: '1 while the queue is paused on the dashboard: nobody is logged in.',
    labelNames: ['shard'],
    registers,
  });

  async function refresh(queue: Queue, shard: string): Promise<void> {
    try {
      const [counts, isPaused, ...firsts] = await within(
        deadlineMs,
        Promise.all([
          countByState(queue),
          queue.isPaused(),
          queue.getWaiting(0, 0),
          // Jobs that let others go first wait in a list of their own, and so longer.
          queue.getPrioritized(0, 0),
          // Jobs of a slow account. They come back in about the order in which they came.
          queue.getDelayed(0, mostDelayed),
        ]),
      );
      up.set({ shard }, 1);
      paused.set({ shard }, isPaused ? 1 : 0);
      for (const [state, count] of Object.entries(counts)) depth.set({ shard, state }, count);
      const ages = firsts.flat().map((job) => now() - job.timestamp);
      oldest.set({ shard }, Math.max(0, ...ages) / 1_000);
    } catch {
      up.set({ shard }, 0);
      oldest.remove({ shard });
      paused.remove({ shard });
      for (const { labels } of (await depth.get()).values) {
        if (labels.shard === shard) depth.remove({ shard, state: labels.state ?? '' });
      }
    }
  }

  async function countByState(queue: Queue): Promise<Record<string, number>> {
    const jobs = Object.entries(await queue.getJobCounts());
    const logins = jobs.map(async ([state, count]) => [
      state,
      await countLogins(queue, state as JobType, count),
    ]);
    return Object.fromEntries(await Promise.all(logins)) as Record<string, number>;
  }

  return async function refreshQueueMetrics() {
    await Promise.all(queues.map((queue, shard) => refresh(queue, String(shard))));
  };
}
