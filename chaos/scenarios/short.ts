import { stepDown } from '../faults/mongo.ts';
import { killEach } from '../faults/processes.ts';
import { crashRedis, loseReplies, lostReplies } from '../faults/redis.ts';
import { all, spell } from '../faults/wechat.ts';
import type { Scenario } from '../scenario.ts';

/** What fits into a run of the tests: the faults that would do the most harm, a few hundred people each. */
export const shortScenarios: readonly Scenario[] = [
  {
    name: 'short-kill',
    title: 'kill -9 of workers and ingresses in turn',
    logins: 400,
    overMs: 8_000,
    inject: all(killEach('workers', 3_000), killEach('ingresses', 3_500)),
  },
  {
    name: 'short-redis',
    title: 'replies of Redis lost, then Redis killed and restarted',
    logins: 400,
    overMs: 8_000,
    inject: all(loseReplies(lostReplies, 1), crashRedis(500, { from: 0.6 })),
  },
  {
    name: 'short-wechat',
    title: 'resets, hangs and -1 from WeChat',
    logins: 400,
    overMs: 8_000,
    inject: all(
      spell({ kind: 'reset', burns: true, probability: 0.05 }, 8_000, { from: 0 }),
      spell({ kind: 'hang', probability: 0.05 }, 8_000, { from: 0 }),
      spell({ kind: 'error', errcode: -1, probability: 0.05 }, 8_000, { from: 0 }),
    ),
  },
  {
    name: 'short-step-down',
    title: 'MongoDB primary steps down (3 members)',
    logins: 300,
    overMs: 6_000,
    topology: { mongoMembers: 3 },
    inject: stepDown(),
    bounds: { reauthorized: 0 },
  },
];
