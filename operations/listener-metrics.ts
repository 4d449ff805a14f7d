import type { Server } from 'node:http';
import { promisify } from 'node:util';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Door } from './doorkeeper.ts';

export type ListenerName = 'public' | 'operator';
export type ListenerMetrics = ReturnType<typeof createListenerMetrics>;

/** What every process counts about who comes to its listeners. */
export function createListenerMetrics(registry: Registry, doors: readonly Door[]) {
  const registers = [registry];
  const servers = new Map<ListenerName, Server>();
  const refused = new Counter({
    name: 'wechat_refused_credentials_total',
    help: 'Wrong API keys (host) and operator tokens (operator), and tries that came too soon after others.',
    labelNames: ['door'],
    registers,
  });
  // So that the first one is an increase.
  for (const door of doors) refused.inc({ door }, 0);
  const dropped = new Counter({
    name: 'wechat_dropped_connections_total',
    help: 'Connections dropped: full (as many as there may be), pipelined (too many requests at once on one).',
    labelNames: ['listener', 'reason'],
    registers,
  });
  new Gauge({
    name: 'wechat_open_connections',
    help: 'Connections of each listener.',
    labelNames: ['listener'],
    registers,
    async collect() {
      for (const [listener, server] of servers) {
        this.set({ listener }, await promisify(server.getConnections).call(server));
      }
    },
  });

  return {
    credentialRefused: (door: Door): void => refused.inc({ door }),
    connectionDropped: (listener: ListenerName, reason: 'full' | 'pipelined'): void =>
      dropped.inc({ listener, reason }),
    openConnections(listener: ListenerName, server: Server): void {
      servers.set(listener, server);
      for (const reason of ['full', 'pipelined']) dropped.inc({ listener, reason }, 0);
    },
  };
}
