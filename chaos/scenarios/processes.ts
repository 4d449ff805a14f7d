import { blockLoop, deploy, freezeOne, killEach } from '#chaos/faults/processes.ts';
import { redisAway } from '#chaos/faults/redis.ts';
import { all } from '#chaos/faults/wechat.ts';
import type { Scenario } from '#chaos/scenario.ts';

const steady = { logins: 2_000, overMs: 20_000, keepsRate: true };

/** Processes of the service that die, sleep, or are told to go. */
export const processScenarios: readonly Scenario[] = [
  {
    name: 'kill-workers',
    title: 'kill -9 of a worker every 2 s',
    ...steady,
    inject: killEach('workers', 2_000),
    // Who is struck three times is shown a button: the page goes back to WeChat by itself twice.
    bounds: { taps: 2 },
  },
  {
    name: 'kill-ingress',
    title: 'kill -9 of an ingress every 2 s',
    ...steady,
    inject: killEach('ingresses', 2_000),
  },
  {
    name: 'kill-idle',
    title: 'kill -9 of both workers while nobody logs in',
    logins: 200,
    overMs: 20_000,
    inject: killEach('workers', 4_000, { from: 0 }),
  },
  {
    name: 'zombie-worker',
    title: 'a worker frozen for 25 s, then awake',
    ...steady,
    inject: freezeOne('workers', 25_000),
  },
  {
    name: 'zombie-ingress',
    title: 'an ingress frozen for 25 s, then awake',
    ...steady,
    logins: 500,
    inject: freezeOne('ingresses', 25_000),
  },
  {
    name: 'blocked-loop',
    title: "a worker's event loop blocked for 20 s",
    ...steady,
    inject: blockLoop('workers', 20_000),
  },
  {
    name: 'deploy',
    title: 'SIGTERM to every process in turn under load',
    ...steady,
    inject: deploy(['workers', 'ingresses'], { mostMs: 10_500 }),
    bounds: { reauthorized: 0 },
  },
  {
    name: 'deploy-shards',
    title: 'SIGTERM to every worker in turn, two shards with people in both',
    ...steady,
    service: { enterprises: 2, env: { QUEUE_SHARDS: '2' } },
    second: { logins: 1_000, overMs: 20_000 },
    inject: deploy(['workers', 'workers'], { mostMs: 10_500 }),
    bounds: { reauthorized: 0 },
  },
  {
    name: 'deploy-redis-away',
    title: 'SIGTERM to every process while Redis is away',
    ...steady,
    inject: all(
      redisAway(40_000, { from: 0.1 }),
      deploy(['workers', 'ingresses'], { from: 0.15, mostMs: 15_000 }),
    ),
  },
];
