import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { createAccountCapacity } from '#models/account/capacity.ts';
import { createMinutes } from '#models/counts/minutes.ts';
import { createLoginStore } from '#models/login/store.ts';

/** Commands of clients by name; a script counts as one command, under the script's own name. */
export type CommandCounts = ReadonlyMap<string, number>;

/** What the processes send as time goes by, whether anybody logs in or not, or once for many logins of one second. */
const byTheClock = new Set([
  'script getCounts',
  'script moveStalledJobsToWait',
  'script extendLocks',
  'script capacity:take',
  'script capacity:report',
  'script counts:add',
  // The ingress that watches for troubles reads what was counted, each 2 s.
  'hgetall',
  'hexists',
  'info',
  'ping',
  'publish',
  'client',
  'script load',
]);

/**
 * Counts what every client sends to a Redis while `work` runs, from MONITOR: exact, free of the clock, and unlike INFO
 * commandstats without what scripts call inside. `each` is what logins cause, `clock` what time causes.
 */
export async function countRedisCommands(
  redisUrl: string,
  work: () => Promise<void>,
): Promise<{ each: CommandCounts; clock: CommandCounts }> {
  const names = await scriptNames(redisUrl);
  const redis = new Redis(redisUrl);
  const monitor = await redis.monitor();
  const counts = new Map<string, number>();
  const end = Promise.withResolvers<void>();
  const mark = `counted-${process.pid}-${performance.now()}`;
  monitor.on('monitor', (_time: string, args: string[], source: string) => {
    if (source === 'lua') return;
    const command = (args[0] ?? '').toLowerCase();
    if (command === 'echo' && args[1] === mark) return end.resolve();
    const script = /^eval/.test(command) ? (names.get(args[1] ?? '') ?? 'unknown') : undefined;
    const name = script === undefined ? command : `script ${script}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  });
  try {
    await work();
    // What was sent before this was seen before this.
    await redis.echo(mark);
    await end.promise;
  } finally {
    monitor.disconnect();
    redis.disconnect();
  }
  const entries = [...counts].sort(([, a], [, b]) => b - a);
  return {
    each: new Map(entries.filter(([name]) => !byTheClock.has(name))),
    clock: new Map(entries.filter(([name]) => byTheClock.has(name))),
  };
}

/** By SHA, and by text for the first EVAL of each. They are known from a connection that everybody put their scripts on. */
async function scriptNames(redisUrl: string): Promise<Map<string, string>> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  createLoginStore({ redis, prefix: 'names' });
  createAccountCapacity({ redis, prefix: 'names', shards: 1, callsPerSecond: 1 });
  void createMinutes({ redis, prefix: 'names', minuteMs: 60_000 });
  const queue = new Queue('names', { connection: redis });
  await queue.waitUntilReady();
  const scripts = Reflect.get(redis, 'scriptsSet') as Record<string, { sha: string; lua: string }>;
  const names = new Map<string, string>();
  for (const [name, { sha, lua }] of Object.entries(scripts)) {
    const plain = name.replace(/:\d.*$/, '');
    // MONITOR shows the end of a line as two characters.
    names.set(sha, plain).set(lua.replaceAll('\n', '\\n'), plain);
  }
  await queue.close();
  redis.disconnect();
  return names;
}
