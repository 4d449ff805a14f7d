import type { Service } from '#test/support/start-service.ts';

/** Ids of all jobs that were ever made for a login and are not forgotten yet. */
export async function jobsOf(service: Service, loginId: string): Promise<string[]> {
  const keys = await service.findKeys(`:exchange:${loginId}*`);
  return keys.map((key) => key.slice(key.indexOf(loginId))).filter((id) => !id.includes(':'));
}
