import { Counter, type Registry } from 'prom-client';
import type { Door } from './doorkeeper.ts';

export type ListenerMetrics = ReturnType<typeof createListenerMetrics>;

/** What every process counts about who comes to its listeners. */
export function createListenerMetrics(registry: Registry, doors: readonly Door[]) {
  const refused = new Counter({
    name: 'wechat_refused_credentials_total',
    help: 'Wrong API keys (host) and operator tokens (operator), and tries that came too soon after others.',
    labelNames: ['door'],
    registers: [registry],
  });
  // So that the first one is an increase.
  for (const door of doors) refused.inc({ door }, 0);

  return { credentialRefused: (door: Door): void => refused.inc({ door }) };
}
