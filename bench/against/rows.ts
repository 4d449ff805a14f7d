import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Measured } from '#bench/driver/measure.ts';
import { loginTask } from '#bench/rows/login-task.ts';
import { type WarmUp, warmUp } from '#bench/rows/warm-up.ts';
import { runDriver } from '#bench/run-driver.ts';
import type { Setting } from '#bench/subjects/setting.ts';
import { startUs, type Us } from '#bench/subjects/us.ts';
import type { Figures } from './take-turns.ts';
import { whileWatched } from './while-watched.ts';

export type ComparedSize = {
  readonly warmUp: WarmUp;
  readonly pipesFull: { readonly count: number; readonly ms: number };
  readonly measureMs: number;
  readonly people: readonly number[];
  /** Callbacks of one turn. */
  readonly callbacks: number;
};

/** A row of the comparison: how a tree is started and warmed up for it, and what one turn of it is. */
export type ComparedRow = {
  /** Of the measured turns. */
  readonly latency: readonly [ms: number, spreadMs: number];
  /** Whether it is measured for each number of people, and not for the first alone. */
  readonly isOfPeople: boolean;
  readonly start: (setting: Setting, root: string, prefix: string) => Promise<Us>;
  readonly warmUp: (
    setting: Setting,
    us: Us,
    size: ComparedSize,
    say: (line: string) => void,
  ) => Promise<unknown>;
  readonly turn: (setting: Setting, us: Us, size: ComparedSize, people: number) => Promise<Measured>;
  readonly figuresOf: (measured: Measured) => Figures;
};

/** The Redis prefix of each of the two trees, by which a row tells them apart. */
export const turnNames = { ours: 'bench-this', theirs: 'bench-that' } as const;

/** By then an ingress has looked at the queue anew, and a worker's sign of life is back. */
const noticedWithinMs = 1_500;

const logins: ComparedRow = {
  latency: [0, 0],
  isOfPeople: true,
  start: (setting, root, prefix) => startUs(setting, { root, prefix }),
  warmUp: (setting, us, size, say) => warmUp({ setting, say }, { ...us, name: us.prefix }, size.warmUp),
  turn: (setting, us, { pipesFull, measureMs }, people) =>
    runDriver(loginTask(setting, us, { load: { clients: people }, warmUp: pipesFull, measureMs })),
  figuresOf: (measured) => ({
    'logins a second': measured.count / measured.seconds,
    ...cpuOf(measured, 'login'),
    'callback → host p50, µs': measured.callbackToHost.p50 * 1_000,
  }),
};

/** While no worker runs: the callback request alone. */
const callbacks: ComparedRow = {
  latency: [0, 0],
  isOfPeople: false,
  start: (setting, root, prefix) => startUs(setting, { root, prefix, workers: 0 }),
  warmUp: (setting, us, size) => callBackMany(setting, us, size, size.people[0] ?? 1),
  turn: callBackMany,
  figuresOf: (measured) => ({
    'callbacks a second': measured.count / measured.seconds,
    ...cpuOf(measured, 'callback'),
  }),
};

/** What it costs that somebody looks: the tree that is compared (`.` for itself) has nobody who does. */
const watched: ComparedRow = {
  ...logins,
  turn: (setting, us, size, people) => {
    const logIn = () => logins.turn(setting, us, size, people);
    return us.prefix === turnNames.ours ? whileWatched(us, logIn) : logIn();
  },
};

export const usualComparedRows: Readonly<Record<string, ComparedRow>> = {
  logins,
  'logins-150ms': { ...logins, latency: [150, 50] },
  callbacks,
};

export const comparedRows: Readonly<Record<string, ComparedRow>> = { ...usualComparedRows, watched };

async function callBackMany(setting: Setting, us: Us, { callbacks: most }: ComparedSize, people: number) {
  const measured = await runDriver(
    loginTask(setting, us, {
      kind: 'callbacks',
      load: { clients: people },
      warmUp: { count: most / 5, ms: 60_000 },
      measureMs: 60_000,
      most,
    }),
  );
  await forgetLogins(setting, us);
  return measured;
}

/** Nobody works off the jobs of these callbacks, and behind so many no more people would be let in. */
async function forgetLogins({ redisUrl }: Setting, { prefix }: Us): Promise<void> {
  const redis = new Redis(redisUrl);
  for await (const keys of redis.scanStream({ match: `*${prefix}*`, count: 1_000 })) {
    if (keys.length > 0) await redis.unlink(keys);
  }
  redis.disconnect();
  await sleep(noticedWithinMs);
}

/** µs of CPU time of one unit, by process. What the driver and the simulator take is not the product's. */
function cpuOf({ cpu, count }: Measured, unit: string): Figures {
  const { driver: _driver, simulator: _simulator, ...own } = cpu;
  // A process on another machine, or one that had nothing to do, has nothing to compare.
  const parts = Object.entries(own).filter(([, time]) => time > 0);
  const each = (time: number) => time / count;
  return Object.fromEntries([
    ...parts.map(([name, time]) => [`CPU µs a ${unit}: ${name}`, each(time)]),
    [`CPU µs a ${unit}: together`, each(parts.reduce((sum, [, time]) => sum + time, 0))],
  ]);
}
