import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { createStepMetrics } from '#models/counts/step-metrics.ts';
import { endStatuses, failureReasons } from '#models/login/status.ts';
import { wechatEndpoints } from '#models/login/trouble.ts';
import { createBoundedLabel } from '#operations/bounded-label.ts';
import { createGatheringMetrics, type GatheringState } from '#operations/gathering-metrics.ts';
import { createListenerMetrics } from '#operations/listener-metrics.ts';
import { createLogMetrics } from '#operations/log-metrics.ts';
import { createProcessMetrics } from '#operations/process-metrics.ts';
import { countedAs, type Endpoint, errcodes } from '#wechat/errcodes.ts';
import type { RetryReason } from '#workers/process/retry-watch.ts';

const mostEnterprises = 200;
/** What a call may say beside an errcode. */
const callResults = ['ok', 'timeout', 'network', 'malformed', 'http', 'other'];
const steps = ['queue', 'token', 'userinfo', 'binding', 'settle'] as const;
export type Step = (typeof steps)[number];

export type WorkerMetrics = ReturnType<typeof createWorkerMetrics>;

/** What a worker process counts; every label is from a closed list, or bounded. */
export function createWorkerMetrics(gathering?: GatheringState) {
  const registry = new Registry();
  // Event-loop lag, memory, descriptors and the like.
  collectDefaultMetrics({ register: registry });
  createLogMetrics(registry);
  createProcessMetrics(registry, 'workers');
  if (gathering) createGatheringMetrics(registry, gathering);
  const registers = [registry];

  const loginSeconds = new Histogram({
    name: 'wechat_login_duration_seconds',
    help: 'Time from the callback to the answer of a login.',
    labelNames: ['outcome'],
    buckets: [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 60, 120, 300],
    registers,
  });
  const stepSeconds = new Histogram({
    name: 'wechat_login_step_seconds',
    help: 'Time of each step of a login; its retries are in it.',
    labelNames: ['step'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    registers,
  });
  const apiCalls = new Counter({
    name: 'wechat_api_calls_total',
    help: 'Calls of WeChat by endpoint and errcode: a number, ok, timeout, network, malformed, http or other.',
    labelNames: ['endpoint', 'errcode'],
    registers,
  });
  for (const endpoint of wechatEndpoints) {
    for (const errcode of [...callResults, ...errcodes.keys()]) apiCalls.inc({ endpoint, errcode }, 0);
  }
  const logins = new Counter({
    name: 'wechat_logins_total',
    help: `Ended logins. Enterprises beyond the first ${mostEnterprises} are counted as other.`,
    labelNames: ['outcome', 'reason', 'ent_id'],
    registers,
  });
  const storeRetries = new Counter({
    name: 'wechat_store_retries_total',
    help: 'What logins asked a store again, by store (mongo, redis) and reason.',
    labelNames: ['store', 'reason'],
    registers,
  });
  const givenUp = new Counter({
    name: 'wechat_jobs_given_up_total',
    help: 'Logins whose job failed for good: a bug of ours, or it brought down its worker again and again.',
    registers,
  });
  const entIdLabel = createBoundedLabel(mostEnterprises);
  const known = new Set<string>();

  /** So that its first failure is an increase. */
  function beginAtZero(entId: string): void {
    if (known.has(entId)) return;
    known.add(entId);
    for (const outcome of endStatuses) {
      for (const reason of outcome === 'failed' ? failureReasons : ['']) {
        logins.inc({ outcome, reason, ent_id: entId }, 0);
      }
    }
  }

  return {
    registry,
    steps: createStepMetrics(registry),
    ...createListenerMetrics(registry, ['operator']),
    loginSeconds: (outcome: string, seconds: number): void => loginSeconds.observe({ outcome }, seconds),
    /** Steps that are not in the list are left out: `timings` may hold more than the five. */
    stepSeconds(step: string, seconds: number): void {
      if ((steps as readonly string[]).includes(step)) stepSeconds.observe({ step }, seconds);
    },
    apiCall(endpoint: Endpoint, result: string | number): void {
      apiCalls.inc({ endpoint, errcode: countedAs(result) });
    },
    storeRetry: (store: 'mongo' | 'redis', reason: RetryReason): void => storeRetries.inc({ store, reason }),
    jobGivenUp: (): void => givenUp.inc(),
    login(outcome: string, reason: string | undefined, entId: string): void {
      const label = entIdLabel(entId);
      beginAtZero(label);
      logins.inc({ outcome, reason: reason ?? '', ent_id: label });
    },
  };
}
