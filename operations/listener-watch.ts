import type { Server } from 'node:http';
import type { Logger } from 'pino';
import type { ListenerMetrics, ListenerName } from './listener-metrics.ts';
import { createSampledLog } from './sampled-log.ts';

export type ListenerWatch = {
  /** Its connections are counted from now on. */
  opened(server: Server): void;
  /** `full`: there are as many connections as there may be. `pipelined`: too many requests at once on one. */
  dropped(reason: 'full' | 'pipelined'): void;
  /** A request that the parser gave up; `code` is Node's word. */
  unreadable(status: number, code: string): void;
};

export const unwatched: ListenerWatch = { opened() {}, dropped() {}, unreadable() {} };

/** Tells the operator of a listener's troubles, in one line a minute however many there are. */
export function createListenerWatch(deps: {
  listener: ListenerName;
  metrics: Pick<ListenerMetrics, 'openConnections' | 'connectionDropped'>;
  log: Logger;
}): ListenerWatch {
  const { listener, metrics, log } = deps;
  const drops = createSampledLog(log, { first: 1, windowMs: 60_000 });
  const refusals = createSampledLog(log);

  return {
    opened: (server) => metrics.openConnections(listener, server),
    dropped(reason) {
      metrics.connectionDropped(listener, reason);
      drops.write(`${listener} ${reason}`, 'warn', { listener, reason }, 'connections are dropped');
    },
    unreadable(status, code) {
      refusals.write(`${listener} ${code}`, 'info', { listener, status, reason: code }, 'request refused');
    },
  };
}
