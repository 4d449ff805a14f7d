import { loginsOfJobId } from '#models/login/job-logins.ts';
import type { ServiceProcess } from '#test/support/service-process.ts';
import type { Service } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';

/** Ids of all jobs that were ever made for a login and are not forgotten yet. */
export async function jobsOf(service: Service, loginId: string): Promise<string[]> {
  const keys = await service.findKeys(`:exchange:${loginId}*`);
  return keys.map((key) => key.slice(key.indexOf(loginId))).filter((id) => !id.includes(':'));
}

/** Ids of all jobs that were ever made, as far back as BullMQ's event stream reaches. */
export async function jobsMade({ redis, findKeys }: Pick<Service, 'redis' | 'findKeys'>): Promise<string[]> {
  const ids: string[] = [];
  for (const stream of await findKeys(':exchange:events')) {
    for (const [, fields] of await redis.xrange(stream, '-', '+')) {
      if (fields[fields.indexOf('event') + 1] === 'added')
        ids.push(fields[fields.indexOf('jobId') + 1] ?? '');
    }
  }
  return ids;
}

/** Of several logins. */
export const isShared = (jobId: string): boolean => loginsOfJobId(jobId) > 1;

/** Resolves once logins of one moment share a job: an ingress has heard of every worker that it knows them. */
export async function untilShared(ingress: ServiceProcess | undefined): Promise<void> {
  await until(() => ingress?.lines.some((line) => line.includes('logins of one moment share one')));
}
