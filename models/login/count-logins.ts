import type { JobType, Queue } from 'bullmq';
import { loginsOfJobId } from '#models/login/job-logins.ts';

/** Looked at from either end of a long list; the jobs between them are taken to be like these. */
const looked = 100;

/** The logins of `jobs` jobs of a queue that are in this state: counted where they are few, else reckoned from 200 of them. */
export async function countLogins(
  queue: Pick<Queue, 'getRanges'>,
  state: JobType,
  jobs: number,
): Promise<number> {
  if (jobs === 0) return 0;
  const ids = await Promise.all([
    queue.getRanges([state], 0, looked - 1, true),
    jobs > looked ? queue.getRanges([state], 0, Math.min(looked, jobs - looked) - 1, false) : [],
  ]);
  const sizes = ids.flat().map(loginsOfJobId);
  if (sizes.length === 0) return 0;
  const logins = sizes.reduce((sum, size) => sum + size, 0);
  return Math.round((logins / sizes.length) * jobs);
}
