import { once } from 'node:events';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { CeilingTask } from './task.ts';
import { timed } from './timed.ts';

/** BullMQ jobs that do nothing, worked off as fast as one worker process can. */
const [task] = (await once(process, 'message')) as [CeilingTask];
const connection = new Redis(task.redisUrl, { maxRetriesPerRequest: null });
const prefix = '{bench-ceiling}';
const queue = new Queue('no-op', { connection, prefix });
await queue.obliterate({ force: true });
const batch = 1_000;
for (let n = 0; n < task.count; n += batch) {
  const jobs = Array.from({ length: Math.min(batch, task.count - n) }, () => ({ name: 'no-op', data: {} }));
  await queue.addBulk(jobs);
}
let done = 0;
const { promise: all, resolve } = Promise.withResolvers<void>();
const worker = new Worker('no-op', async () => ++done === task.count && resolve(), {
  connection,
  prefix,
  concurrency: 400,
  autorun: false,
  removeOnComplete: { count: 0 },
});
const result = await timed(task, () => {
  void worker.run();
  return all;
});
process.send?.(result, () => process.exit());
