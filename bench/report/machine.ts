import os from 'node:os';
import type { Machine } from './markdown.ts';

/** What the figures were measured on. Other programs' load is told: it moves every figure but the counts. */
export function describeMachine(loadBefore: number): Machine {
  const [cpu] = os.cpus();
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    cores: os.availableParallelism(),
    cpu: cpu?.model ?? 'unknown',
    'memory GB': Math.round(os.totalmem() / 2 ** 30),
    node: process.version,
    'load before': loadBefore.toFixed(1),
    'load after': (os.loadavg()[0] ?? 0).toFixed(1),
  };
}
