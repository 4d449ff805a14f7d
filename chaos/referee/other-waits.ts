import type { Evidence } from './evidence.ts';
import { quantile } from './times.ts';

/** The promise to another enterprise while one floods: at most twice its unloaded time and half a second. */
export function otherWaits({ reports }: Evidence): string | undefined {
  const second = reports[1]?.journals ?? [];
  const floodAt = Math.min(...(reports[0]?.journals ?? []).map(({ startedAt }) => startedAt));
  const floodEndsAt = Math.max(...(reports[0]?.journals ?? []).map(({ startedAt }) => startedAt));
  const p99 = (when: (startedAt: number) => boolean) =>
    quantile(
      second
        .filter((one) => when(one.startedAt))
        .map((one) => one.endedAt - one.startedAt)
        .sort((a, b) => a - b),
      0.99,
    );
  const [calm, flooded] = [
    p99((at) => at < floodAt - 1_000),
    p99((at) => at >= floodAt && at <= floodEndsAt),
  ];
  return flooded <= 2 * calm + 500 ? undefined : `the other waited ${flooded} ms, unloaded ${calm} ms`;
}
