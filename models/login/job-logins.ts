import { createHash } from 'node:crypto';
import { type ExchangeJob, exchangeJobId, exchangeJobName } from '#models/login/job.ts';

/** By this name BullMQ knows the connections of workers that know jobs of several logins. */
export const sharingWorkerName = 'shared-jobs';

/** Logins of one job. A job that is taken is the smallest thing a worker can lose, so it must not be large. */
export const mostInJob = 32;

/**
 * What a job holds: the exchange of one login, and of those that came in the same moment. A release that knows nothing of `more`
 * exchanges the first, and the pages of the others ask for jobs of their own after three seconds.
 */
export type ExchangeJobData = ExchangeJob & {
  readonly more?: readonly ExchangeJob[];
  /** Of a login that was set apart from others: their job, under which its claim may still be on record. */
  readonly claimAs?: string;
  /** How often that job had lost its worker. */
  readonly losses?: number;
  /** For so many losses of its worker this job has been put off. */
  readonly restedFor?: number;
};

/** At least one. */
export function exchangesOf({ more = [], claimAs, losses, restedFor, ...first }: ExchangeJobData) {
  return [first, ...more] as readonly ExchangeJob[];
}

export function jobDataOf(exchanges: readonly ExchangeJob[]): ExchangeJobData {
  const [first, ...more] = exchanges;
  if (first === undefined) throw new RangeError('a job without a login');
  return more.length === 0 ? first : { ...first, more };
}

/**
 * Deterministic, as that of a single login: an add that a client sends twice stays one job. The number of logins is in it, so
 * that who has only ids can count.
 */
export function jobIdOf(exchanges: readonly ExchangeJob[], rerun = 0): string {
  const [first] = exchanges;
  if (first !== undefined && exchanges.length === 1) return exchangeJobId(first.login, first.n, rerun);
  const names = exchanges.map(({ login, n }) => exchangeJobId(login, n)).sort();
  return `b${names.length}-${createHash('sha256').update(names.join()).digest('hex')}`;
}

/** Of a login that goes on alone, out of a job with others: never that of a job which was made for it before. */
export const apartJobId = ({ login, n }: Pick<ExchangeJob, 'login' | 'n'>): string => `${login}-${n}-0`;

/** As the dashboard shows it. */
export const jobNameOf = (logins: number): string =>
  logins === 1 ? exchangeJobName : `${exchangeJobName} ×${logins}`;

/** Every name and id that the functions above make, beside those of a single login. */
export const jobNamePattern = /^exchange(?: ×\d{1,2})?$/;
export const jobIdPattern = /^(?:[0-9a-f]{34}-\d{1,3}(?:-\d{1,2})?|b\d{1,2}-[0-9a-f]{64})$/;

/** How many logins the job of this id has. */
export const loginsOfJobId = (id: string): number => Number(/^b(\d+)-/.exec(id)?.[1] ?? 1);
