import type { Fault } from '../scenario.ts';

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
