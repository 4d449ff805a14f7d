import { killEach } from '#chaos/faults/processes.ts';
import { crashRedis, loseReplies, lostReplies } from '#chaos/faults/redis.ts';
import { all, spell } from '#chaos/faults/wechat.ts';
import type { Scenario } from '#chaos/scenario.ts';

/** Whoever waits longer is judged lost, in time for the test to tell why. */
const patienceMs = 90_000;

/** What fits into a run of the tests: the faults that would do the most harm, to a few people each. */
export const shortScenarios: readonly Scenario[] = [
  {
    name: 'short-burst',
    title: '200 logins in 2 s, no faults',
    logins: 200,
    overMs: 2_000,
    patienceMs,
    bounds: {
      reauthorized: 0,
      also: ({ counts: { exchanges, logins } }) =>
        exchanges === logins ? undefined : `${exchanges} exchanges of ${logins} logins`,
    },
  },
  {
    name: 'short-kill',
    title: 'kill -9 of workers and ingresses in turn',
    logins: 150,
    overMs: 5_000,
    patienceMs,
    inject: all(killEach('workers', 2_500, { times: 2 }), killEach('ingresses', 2_500, { times: 2 })),
  },
  {
    name: 'short-redis',
    title: 'replies of Redis lost, then Redis killed and restarted',
    logins: 150,
    overMs: 6_000,
    patienceMs,
    inject: all(loseReplies(lostReplies, 1), crashRedis(500, { from: 0.5 })),
  },
  {
    name: 'short-wechat',
    title: 'resets, hangs and -1 from WeChat',
    logins: 150,
    overMs: 5_000,
    patienceMs,
    service: { env: { WECHAT_TIMEOUT_MS: '2000' } },
    inject: all(
      spell({ kind: 'reset', burns: true, probability: 0.05 }, 5_000, { from: 0 }),
      spell({ kind: 'hang', probability: 0.05 }, 5_000, { from: 0 }),
      spell({ kind: 'error', errcode: -1, probability: 0.05 }, 5_000, { from: 0 }),
    ),
    bounds: { taps: 2 },
  },
];
