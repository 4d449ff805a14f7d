import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { RedisClient } from '#connections/redis-client.ts';
import type { RedisClock } from '#connections/redis-clock.ts';
import { createAccountCapacity } from '#models/account/capacity.ts';
import type { AccountCause, AccountState } from '#models/account/state.ts';
import type { Directory } from '#models/documents/directory.ts';
import type { PausedAccounts } from '#models/documents/paused-accounts.ts';
import { pauseStates } from '#models/documents/service-account.ts';
import { createCallBudget } from '#workers/account/budget.ts';
import { startCapacityReport } from '#workers/account/capacity-report.ts';
import { createAccountClosures } from '#workers/account/closed-accounts.ts';
import { createAccountGate } from '#workers/account/hold-back-calls.ts';
import { createJobLines } from '#workers/account/job-lines.ts';
import { createAccountMetrics } from '#workers/account/metrics.ts';
import { createAccountShares } from '#workers/account/shares.ts';

/** May an account be called now, and when does a job come back that must wait. This process is known to all from here on. */
export async function openAccounts(
  stack: AsyncDisposableStack,
  options: {
    redis: RedisClient;
    prefix: string;
    shards: number;
    callsPerSecond: number;
    /** How long a login may be at its call, ms. */
    triesForMs: number;
    /** The time before a code's death when it is too late to send it, ms. */
    leastUsefulMs: number;
    /** Logins that this process works on at once. */
    concurrency: number;
    directory: Pick<Directory, 'outdateAccount'>;
    paused: PausedAccounts;
    clock: RedisClock;
    registry: Registry;
    log: Logger;
  },
) {
  const { shards, callsPerSecond, triesForMs, leastUsefulMs, concurrency, directory, clock, registry, log } =
    options;
  const onChange = (appid: string, state: AccountState, cause?: AccountCause) =>
    log[state === 'open' ? 'info' : 'error']({ appid, state, cause }, 'account changed');
  const capacity = createAccountCapacity(options);
  const closures = createAccountClosures({ capacity, onChange });
  const gate = createAccountGate({
    closures,
    budget: createCallBudget({ capacity, triesForMs, mostWaiting: Math.ceil(concurrency / 2) }),
    shares: createAccountShares(),
    slowDown: capacity.slowDown,
    isPausedByOperator: options.paused.takesNoCalls,
    onMisconfigured: directory.outdateAccount,
    onChange,
    onFault: (error) => log.error({ err: error }, 'what WeChat answered was not learnt from'),
  });
  const lines = createJobLines({ capacity, clock, leastUsefulMs });
  const onOpened = directory.outdateAccount;
  const reporting = { callsPerSecond, capacity, shards, gate, closures, lines, clock, onOpened, log };
  const report = stack.adopt(await startCapacityReport(reporting), (reporter) => reporter.close());
  const pausedByOperator = () =>
    [...options.paused.list()].map(([appid, { level }]) => [appid, pauseStates[level]] as const);
  createAccountMetrics({
    registry,
    states: () => new Map([...report.states(), ...pausedByOperator()]),
    paces: report.paces,
  });
  return { gate, lines, report };
}
