import { performance } from 'node:perf_hooks';
import { atEndOfTurn } from '#connections/end-of-turn.ts';

/** Where a command carries fewer logins than this, waiting for more saves more than it costs; from the second on, turns bring enough. */
const few = 4;
const enough = 16;
/** Parts of its time that the event loop works: from the first on a wait is worth it, below the second nobody waits. */
const busyFrom = 0.5;
const idleBelow = 0.3;
/** ms that a login waits at most for others to share a command with. */
const waitMs = 6;
const lookEachMs = 100;
/** Logins that come in the time of a wait, over some four kinds of commands: from the first on a wait brings several together. */
const worthFrom = 8;
const vainBelow = 4;

export type Gathering = {
  /** Runs `work` at the end of this turn of the event loop, or up to 6 ms later. */
  readonly schedule: (work: () => void) => void;
  /** One command (or job) carried as many logins: to be told of each, so that there is something to judge by. */
  readonly note: (carried: number) => void;
};

/** For whom what a turn brings is enough. */
export const eachTurn: Gathering = { schedule: atEndOfTurn, note() {} };

/**
 * What many logins want of a store goes in one command, which costs far more than what is in it. At the end of a turn of the
 * event loop several of them want something when answers come in crowds; when they come spread over time, hardly two do,
 * and each pays for a command of its own. Then, and only while this process is busy, they wait some ms for others. Where so few
 * come that nobody else would, as with one person who keeps a small machine busy, nobody waits.
 * One for a process: what one kind of work tells of its turns is true of the others.
 */
export function createGathering({
  now = () => performance.now(),
  utilizationSince = performance.eventLoopUtilization,
}: {
  now?: () => number;
  utilizationSince?: typeof performance.eventLoopUtilization;
} = {}) {
  let lookedAt = now();
  let since = utilizationSince();
  let logins = 0;
  let commands = 0;
  let mean = 0;
  let isGathering = false;
  let waiting: (() => void)[] = [];

  function look(): void {
    const passedMs = now() - lookedAt;
    if (passedMs < lookEachMs) return;
    const { utilization } = utilizationSince(since);
    if (commands > 0) mean = logins / commands;
    const inAWait = (logins / passedMs) * waitMs;
    isGathering = isGathering
      ? mean <= enough && utilization >= idleBelow && inAWait >= vainBelow
      : mean < few && utilization > busyFrom && inAWait >= worthFrom;
    lookedAt = now();
    since = utilizationSince();
    logins = 0;
    commands = 0;
  }

  function runAll(): void {
    const all = waiting;
    waiting = [];
    for (const work of all) atEndOfTurn(work);
  }

  return {
    schedule(work: () => void): void {
      look();
      if (!isGathering) atEndOfTurn(work);
      else if (waiting.push(work) === 1) setTimeout(runAll, waitMs);
    },
    note(carried: number): void {
      logins += carried;
      commands += 1;
    },
    isGathering: (): boolean => isGathering,
    /** Logins that a command carried of late. */
    meanBatch: (): number => mean,
  };
}
