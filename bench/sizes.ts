import type { Size } from './rows/bench.ts';

/** What `npm run bench` measures: some minutes. The great sizes of the scale rows are asked for by flags. */
export const usualSize: Size = {
  rounds: 3,
  measureMs: 8_000,
  warmUp: { count: 20_000, ms: 25_000 },
  count: 20_000,
  pages: 10_000,
  depths: [1_000, 1_000_000],
  bindings: [1_000, 1_000_000],
};

/** To see that everything works: a minute or two, and figures that mean little. */
export const quickSize: Size = {
  rounds: 1,
  measureMs: 1_500,
  warmUp: { count: 300, ms: 2_000 },
  count: 1_500,
  pages: 500,
  depths: [100, 2_000],
  bindings: [1_000, 10_000],
};
