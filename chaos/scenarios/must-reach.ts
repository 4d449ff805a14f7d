import { stepDown } from '#chaos/faults/mongo.ts';
import { killEach } from '#chaos/faults/processes.ts';
import { crashRedis } from '#chaos/faults/redis.ts';
import { spell, weChatDown } from '#chaos/faults/wechat.ts';
import type { Evidence } from '#chaos/referee/evidence.ts';
import { outcomeOf } from '#chaos/referee/explain.ts';
import { otherWaits } from '#chaos/referee/other-waits.ts';
import { quantile } from '#chaos/referee/times.ts';
import type { Scenario } from '#chaos/scenario.ts';

const burst = { logins: 10_000, overMs: 10_000 };
/** Two processes of 5 exchanges each, two calls of 100 ms in every login: WeChat is what limits, not the machine. */
const small = { workerEnv: { WORKER_CONCURRENCY: '5' } };
const overloadMs = 180_000;
const floodBeginsMs = 30_000;

/** The promises with a number; each bound is the promise. */
export const mustReach: readonly Scenario[] = [
  {
    name: 'burst',
    title: '10,000 logins in 10 s, no faults',
    ...burst,
    bounds: {
      reauthorized: 0,
      also: ({ counts }) =>
        counts.exchanges === counts.logins
          ? undefined
          : `${counts.exchanges} exchanges of ${counts.logins} logins`,
    },
  },
  {
    name: 'burst-kill-workers',
    title: 'the same, a worker killed (-9) every 2 s',
    ...burst,
    calm: 'same',
    // The burst's ten seconds and then some; what comes after is the drain that the bound speaks of.
    inject: killEach('workers', 2_000, { from: 0, times: 8 }),
    bounds: {
      taps: 10,
      drainBeyondCalmMs: 25_000,
      also: ({ counts }) =>
        counts.reauthorized <= counts.inFlight
          ? undefined
          : `only ${counts.inFlight} exchanges were in flight`,
    },
  },
  {
    name: 'burst-kill-throughout',
    title: 'the same, and the kills go on until 90 % are done',
    ...burst,
    // No bound on time: a worker that lives for two seconds is compiling its code for most of them.
    inject: killEach('workers', 2_000, { to: 0.9 }),
    bounds: { taps: 10 },
  },
  {
    name: 'burst-redis-crash',
    title: 'the same, Redis killed (-9) and restarted',
    ...burst,
    inject: crashRedis(1_000),
    bounds: { recoveryMs: 3_000 },
  },
  {
    name: 'burst-step-down',
    title: 'the same, MongoDB primary steps down',
    ...burst,
    topology: { mongoMembers: 3 },
    inject: stepDown(),
    bounds: { recoveryMs: 2_000, reauthorized: 0 },
  },
  {
    name: 'wechat-down',
    title: 'WeChat refuses connections for 60 s',
    logins: 6_000,
    overMs: 90_000,
    keepsRate: true,
    inject: weChatDown(60_000, { from: 0.2 }),
    bounds: {
      also: (_, evidence) => {
        const doubtful = countDoubtful(evidence);
        return doubtful <= evidence.mintedAt.size / 100 ? undefined : `${doubtful} codes in doubt`;
      },
    },
  },
  {
    name: 'timeouts',
    title: '10 % of the exchanges time out, half of them with the code spent',
    logins: 3_000,
    overMs: 60_000,
    keepsRate: true,
    inject: async (run) => {
      await Promise.all([
        spell({ kind: 'hang', burns: true, probability: 0.05 }, 600_000, { from: 0 })(run),
        spell({ kind: 'hang', burns: false, probability: 0.0526 }, 600_000, { from: 0 })(run),
      ]);
    },
    bounds: {
      taps: 3,
      also: ({ counts }) =>
        counts.taps <= counts.logins / 1_000 ? undefined : `${counts.taps} of ${counts.logins} had to tap`,
    },
  },
  {
    name: 'overload',
    title: 'three times the capacity for 3 minutes',
    logins: 27_000,
    overMs: overloadMs,
    timesCapacity: 3,
    calm: 'saturated',
    service: small,
    roles: {},
    doorsCloseMs: overloadMs,
    bounds: {
      refused: Number.POSITIVE_INFINITY,
      also: ({ counts }, evidence) => {
        const faults = [];
        const journals = evidence.reports.flatMap((report) => report.journals);
        const begun = Math.min(...journals.map(({ startedAt }) => startedAt));
        const lasted = Math.max(...journals.map(({ startedAt }) => startedAt)) - begun;
        // The first seconds fill the pipe.
        const [from, to] = [begun + 5_000, begun + lasted];
        const done = journals.filter(
          ({ outcome, endedAt }) => outcome === 'ready' && endedAt >= from && endedAt < to,
        );
        const rate = (done.length * 1_000) / (to - from);
        const capacity = evidence.calm?.steadyPerSecond ?? 0;
        if (rate < 0.9 * capacity) faults.push(`${rate.toFixed(1)} logins a second of ${capacity}`);
        const told = journals
          .flatMap(({ holds, slowestHoldMs }) => (holds > 0 ? slowestHoldMs : []))
          .sort((a, b) => a - b);
        if (quantile(told, 0.99) > 200)
          faults.push(
            `people were told to wait after ${quantile(told, 0.5)} ms (p99 ${quantile(told, 0.99)} ms)`,
          );
        if (counts.expired > evidence.mintedAt.size / 1_000) faults.push(`${counts.expired} codes died`);
        return faults.join(', ') || undefined;
      },
    },
  },
  {
    name: 'fairness',
    title: 'one enterprise floods, another logs in once a second',
    logins: 9_000,
    overMs: 60_000,
    timesCapacity: 3,
    calm: 'saturated',
    afterMs: floodBeginsMs,
    service: { ...small, enterprises: 2, sharesAccount: true },
    roles: {},
    doorsCloseMs: 100_000,
    second: { logins: 90, overMs: 90_000 },
    bounds: {
      refused: Number.POSITIVE_INFINITY,
      also: (_, evidence) => otherWaits(evidence),
    },
  },
];

function countDoubtful({ exchanges, callTimeoutMs }: Evidence): number {
  return new Set(
    exchanges.filter((call) => outcomeOf(call, callTimeoutMs) === 'unknown').map(({ code }) => code),
  ).size;
}
