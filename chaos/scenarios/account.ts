import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { spell } from '#chaos/faults/wechat.ts';
import { otherWaits } from '#chaos/referee/other-waits.ts';
import type { Scenario } from '#chaos/scenario.ts';

const shiftClock = pathToFileURL(path.join(import.meta.dirname, '../../test/support/shift-clock.ts')).href;

/** What one service account can take, and who may take it. */
export const accountScenarios: readonly Scenario[] = [
  {
    name: 'minute-limit',
    title: "a broadcast at an account of 600 calls in WeChat's minute (of 3 s here)",
    logins: 20_000,
    overMs: 40_000,
    keepsRate: true,
    roles: {},
    behaviour: { minuteQuota: 600, minuteMs: 3_000 },
    patienceMs: 600_000,
    bounds: {
      // A code is sent twice at most: one that a quota refused both times is fetched anew.
      reauthorized: 20,
      also: ({ counts }) => {
        const faults = [];
        if (counts.expired > 0) faults.push(`${counts.expired} codes died`);
        if (counts.held === 0) faults.push('nobody was told a place before there was a code');
        return faults.join(', ') || undefined;
      },
    },
  },
  {
    name: 'made-up-codes',
    title: '70 made-up codes a second at one enterprise, another on the same account logs in once a second',
    logins: 4_200,
    overMs: 60_000,
    keepsRate: true,
    roles: { 'made-up': 1 },
    afterMs: 30_000,
    service: { enterprises: 2, sharesAccount: true },
    behaviour: { minuteQuota: 600 },
    doorsCloseMs: 100_000,
    second: { logins: 90, overMs: 90_000, roles: {} },
    bounds: { reauthorized: 0, also: (_, evidence) => otherWaits(evidence) },
  },
  {
    name: 'worker-clock',
    title: "a worker's clock is ten minutes fast, and one call is answered 45011",
    logins: 2_000,
    overMs: 20_000,
    keepsRate: true,
    calm: 'same',
    service: { oneWorkerEnv: { NODE_OPTIONS: `--import ${shiftClock}`, SHIFT_CLOCK_MS: '600000' } },
    inject: spell({ kind: 'error', errcode: 45011, count: 1 }, 1_000),
    bounds: { reauthorized: 0, drainBeyondCalmMs: 15_000 },
  },
];
