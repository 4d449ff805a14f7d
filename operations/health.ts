import { within } from './deadline.ts';

const probeDeadlineMs = 1_000;

export type Probe = () => Promise<unknown>;
export type Health = ReturnType<typeof createHealth>;

/**
 * Asks each store whether it answers, for a second at most. A probe that hangs is asked again only after it has
 * ended, so that a store that is away for hours does not gather a heap of unanswered commands.
 */
export function createHealth(probes: Record<string, Probe>) {
  const running = new Map<string, Promise<unknown>>();

  async function isUp(name: string, probe: Probe): Promise<boolean> {
    const current = running.get(name) ?? (async () => probe())().finally(() => running.delete(name));
    running.set(name, current);
    return within(probeDeadlineMs, current).then(
      () => true,
      () => false,
    );
  }

  return async function checkHealth(): Promise<{
    isHealthy: boolean;
    stores: Record<string, 'up' | 'down'>;
  }> {
    const states = await Promise.all(
      Object.entries(probes).map(async ([name, probe]) => [name, await isUp(name, probe)] as const),
    );
    return {
      isHealthy: states.every(([, up]) => up),
      stores: Object.fromEntries(states.map(([name, up]) => [name, up ? 'up' : 'down'])),
    };
  };
}
