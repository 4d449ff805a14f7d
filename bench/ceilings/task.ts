import type { Pids } from '#bench/cpu-time.ts';

/** What the ceilings that need no listener are given, and answer with. */
export type CeilingTask = {
  readonly redisUrl: string;
  readonly mongoUrl: string;
  readonly count: number;
  readonly pids: Pids;
};
export type CeilingResult = {
  readonly count: number;
  readonly seconds: number;
  readonly cpu: Record<string, number>;
};
