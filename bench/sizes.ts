import type { Size } from './rows/bench.ts';
import { tunings } from './subjects/asynq-tunings.ts';

/** What `npm run bench` measures. The great sizes of the scale rows are asked for by flags. */
export const usualSize: Size = {
  rounds: 3,
  measureMs: 6_000,
  burstMs: 5_000,
  warmUp: { block: 2_000, mostBlocks: 20, slow: 2_000 },
  tunings: tunings.length,
  tuneMs: 4_000,
  pipesFull: { count: 1_000, ms: 2_000 },
  count: 20_000,
  pages: 10_000,
  depths: [1_000, 1_000_000],
  depthLogins: 5_000,
  bindings: [1_000, 1_000_000],
  exported: [20_000, 200_000, 1_000_000],
  history: [200_000, 2_000_000],
};

/** To see that everything works: two or three minutes, and figures that mean little. */
export const quickSize: Size = {
  rounds: 1,
  measureMs: 600,
  burstMs: 300,
  warmUp: { block: 150, mostBlocks: 1, slow: 0 },
  tunings: 2,
  tuneMs: 500,
  pipesFull: { count: 50, ms: 200 },
  count: 600,
  pages: 300,
  depths: [100, 2_000],
  depthLogins: 500,
  bindings: [1_000, 5_000],
  exported: [2_000, 10_000],
  history: [5_000, 20_000],
};
