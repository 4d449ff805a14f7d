import { Gauge, type Registry } from 'prom-client';

export type GatheringState = { readonly isGathering: () => boolean; readonly meanBatch: () => number };

/** What every process tells of how many logins share a command. */
export function createGatheringMetrics(registry: Registry, { isGathering, meanBatch }: GatheringState): void {
  new Gauge({
    name: 'wechat_logins_per_command',
    help: 'Logins that one command to Redis carried, the mean of the last tenth of a second.',
    registers: [registry],
    collect() {
      this.set(meanBatch());
    },
  });
  new Gauge({
    name: 'wechat_gathering',
    help: '1 while logins wait some milliseconds for others to share a command with, since the process is busy.',
    registers: [registry],
    collect() {
      this.set(isGathering() ? 1 : 0);
    },
  });
}
