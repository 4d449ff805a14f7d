import { within } from './deadline.ts';

const probeDeadlineMs = 1_000;

export type Probe = () => Promise<unknown>;
export type Health = ReturnType<typeof createHealth>;

/**
 * Asks each store whether it answers, for a second at most; a StoreUnusable tells what is wrong with it. A probe that hangs is asked again only after it has
 * ended, so that a store that is away for hours does not gather a heap of unanswered commands.
 */
export function createHealth(probes: Record<string, Probe>) {
  const running = new Map<string, Promise<unknown>>();

  /** What is wrong; undefined when nothing is. */
  async function troubleOf(name: string, probe: Probe): Promise<string | undefined> {
    const current = running.get(name) ?? (async () => probe())().finally(() => running.delete(name));
    running.set(name, current);
    return within(probeDeadlineMs, current).then(
      () => undefined,
      // Everybody may read it: nothing of somebody else's message.
      (error: Error) => (error.name === 'StoreUnusable' ? error.message : 'it does not answer'),
    );
  }

  return async function checkHealth(): Promise<{
    isHealthy: boolean;
    stores: Record<string, 'up' | 'down'>;
    /** By store, of those that are down. */
    why: Record<string, string>;
  }> {
    const troubles = await Promise.all(
      Object.entries(probes).map(async ([name, probe]) => [name, await troubleOf(name, probe)] as const),
    );
    return {
      isHealthy: troubles.every(([, trouble]) => trouble === undefined),
      stores: Object.fromEntries(troubles.map(([name, trouble]) => [name, trouble ? 'down' : 'up'])),
      why: Object.fromEntries(troubles.flatMap(([name, trouble]) => (trouble ? [[name, trouble]] : []))),
    };
  };
}
