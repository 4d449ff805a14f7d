import type { Fault } from '#chaos/scenario.ts';

/** The primary of a three-member set steps down under load; over when another is elected. */
export function stepDown({ from = 0.3 } = {}): Fault {
  return async (run) => {
    await run.until(from);
    const over = run.world.incidents.begin('step-down', 'mongo');
    await run.world.stores.mongo.stepDown();
    over();
  };
}

/** kill -9 of every member, and their start on the same data. */
export function mongoAway(awayMs: number, { from = 0.3 } = {}): Fault {
  return async (run) => {
    await run.until(from);
    const over = run.world.incidents.begin('away', 'mongo');
    await run.world.stores.mongo.crash();
    await run.pause(awayMs);
    await run.world.stores.mongo.restart();
    over();
  };
}

/** The servers are there and say nothing. */
export function mongoHangs(forMs: number, { from = 0.3 } = {}): Fault {
  return async (run) => {
    await run.until(from);
    const over = run.world.incidents.begin('hang', 'mongo');
    const pids = run.world.stores.mongo.members.flatMap(({ pid }) => pid ?? []);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    try {
      await run.pause(forMs);
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
    over();
  };
}

/**
 * Of a primary, a secondary and an arbiter the secondary dies, so that no majority confirms a write; later the primary dies
 * too, and the secondary, back again, takes its place and knows nothing of that while.
 */
export function failWithoutMajority(forMs: number, { from = 0.2 } = {}): Fault {
  return async (run) => {
    await run.until(from);
    const { mongo } = run.world.stores;
    const primary = await mongo.primary();
    const secondary = mongo.members.find((member, at) => at < 2 && member !== primary);
    if (secondary === undefined) throw new Error('no secondary');
    const over = run.world.incidents.begin('no majority', 'mongo');
    // Frozen it would find the first writes in its socket when it wakes.
    await secondary.crash();
    await run.pause(forMs);
    await primary.crash();
    await secondary.restart();
    await mongo.waitForPrimary();
    await primary.restart();
    over();
  };
}
