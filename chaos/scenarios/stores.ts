import { failWithoutMajority, mongoAway, mongoHangs, stepDown } from '#chaos/faults/mongo.ts';
import {
  crashRedis,
  failover,
  fallSilent,
  flush,
  freezePrimary,
  loseReplies,
  lostReplies,
  outOfMemory,
  redisAway,
  redisHangs,
  slowRedis,
} from '#chaos/faults/redis.ts';
import type { Scenario } from '#chaos/scenario.ts';

const steady = { logins: 2_000, overMs: 20_000, keepsRate: true };

/** Stores that die, hang, forget, or change places. */
export const storeScenarios: readonly Scenario[] = [
  { name: 'redis-crash', title: 'Redis killed (-9), back after 1 s', ...steady, inject: crashRedis(1_000) },
  { name: 'redis-away-5', title: 'Redis away for 5 s', ...steady, inject: redisAway(5_000) },
  { name: 'redis-away-12', title: 'Redis away for 12 s', ...steady, inject: redisAway(12_000) },
  { name: 'redis-away-40', title: 'Redis away for 40 s', ...steady, inject: redisAway(40_000) },
  {
    name: 'redis-hangs',
    title: 'Redis silent for 12 s, connections open',
    ...steady,
    inject: redisHangs(12_000),
  },
  { name: 'redis-slow', title: 'every reply of Redis 30 ms late', ...steady, inject: slowRedis(15) },
  {
    name: 'lost-replies',
    title: 'replies lost: open, record, add, claim, token, settle, fetch',
    ...steady,
    inject: loseReplies(lostReplies, 2),
  },
  { name: 'redis-oom', title: 'Redis out of memory for 8 s', ...steady, inject: outOfMemory(8_000) },
  {
    name: 'redis-flushed',
    title: 'Redis emptied, scripts too',
    ...steady,
    inject: flush(),
    // Their pages begin anew by themselves.
    bounds: { heals: Number.POSITIVE_INFINITY },
  },
  {
    name: 'redis-failover',
    title: 'Redis fails over to its replica; old connections are read-only',
    ...steady,
    topology: { redis: 'replica' },
    inject: failover(),
  },
  ...(['commands of the ingresses', 'subscriptions', 'commands of the workers'] as const).map(
    (connections, at): Scenario => ({
      name: ['silent-command', 'silent-subscriber', 'silent-worker'][at] ?? '',
      title: `Redis connections fall silent, new ones are served: ${connections}`,
      ...steady,
      inject: fallSilent(connections),
      bounds: { readyWithinMs: 15_000 },
    }),
  ),
  {
    name: 'frozen-primary',
    title: 'Redis freezes, its address moves to the replica, old connections stay with it',
    ...steady,
    topology: { redis: 'replica' },
    inject: freezePrimary(),
    // What the frozen one had not sent to its replica is lost with it.
    bounds: { readyWithinMs: 15_000, heals: 20, unexplained: 20 },
  },
  {
    name: 'redis-cluster',
    title: 'three masters, no fault',
    ...steady,
    topology: { redis: 'cluster' },
    service: { env: { QUEUE_SHARDS: '4' } },
    bounds: { reauthorized: 0 },
  },
  {
    name: 'mongo-step-down',
    title: 'MongoDB primary steps down (3 members)',
    ...steady,
    topology: { mongoMembers: 3 },
    inject: stepDown(),
    bounds: { reauthorized: 0 },
  },
  {
    name: 'mongo-arbiter',
    title: 'MongoDB without a majority for 45 s (secondary dead, arbiter votes), then the primary dies',
    logins: 1_000,
    overMs: 40_000,
    keepsRate: true,
    topology: { mongoMembers: 3, hasArbiter: true },
    inject: failWithoutMajority(45_000),
    bounds: { reauthorized: 0 },
  },
  {
    name: 'mongo-away',
    title: 'MongoDB away for 15 s',
    ...steady,
    inject: mongoAway(15_000),
    bounds: { reauthorized: 0 },
  },
  {
    name: 'mongo-hangs',
    title: 'MongoDB silent for 12 s',
    ...steady,
    inject: mongoHangs(12_000),
    bounds: { reauthorized: 0 },
  },
];
