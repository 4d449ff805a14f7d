import { Redis } from 'ioredis';
import { buildPeer } from '#bench/peers/build-peer.ts';
import { startProcess } from '#bench/processes/start-process.ts';
import type { Bench, Table } from '#bench/rows/bench.ts';
import { loginTask } from '#bench/rows/login-task.ts';
import { runDriver } from '#bench/run-driver.ts';
import { setLatency } from '#bench/setting.ts';
import { startRedis } from '#dev-stores/start-redis.ts';
import { type Tuning, tunings } from './asynq-tunings.ts';
import { peerNames } from './names.ts';
import { peerAddress } from './peer-go.ts';
import type { Setting, Subject } from './setting.ts';

type Figures = { readonly rate: number; readonly failures: number };

/**
 * The same promises with Go's asynq, set as it does best on this machine. Undefined where there is no Go. It asks its queue
 * again and again, so it has a Redis of its own (with our settings), and is stopped while it is not its turn.
 */
export async function startPeerAsynq({ setting, size, say }: Bench): Promise<Subject | undefined> {
  const command = await buildPeer('peer-asynq', './asynq');
  if (command === undefined) return undefined;
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  const lines: (readonly (string | number)[])[] = [];
  let best = tunings[0] as Tuning;
  let bestRate = 0;
  await setLatency(setting, 0, 0);
  for (const tuning of tunings.slice(0, size.tunings)) {
    const { rate, failures } = await tryOut(setting, command, redis.url, tuning, size.tuneMs);
    lines.push([...Object.values(tuning), rate, failures]);
    say(`  peer C, ${JSON.stringify(tuning)}: ${rate}/s${failures > 0 ? `, ${failures} lost` : ''}`);
    if (failures === 0 && rate > bestRate) [best, bestRate] = [tuning, rate];
  }
  const running = stack.use(await startTuned(setting, command, redis.url, best));
  const table: Table = {
    title: `Peer C: how it may be set, 100 people, WeChat at 0 ms; it goes with ${JSON.stringify(best)}`,
    columns: [...Object.keys(best), 'logins a second', 'lost'],
    lines,
  };
  const kept = stack.move();
  return {
    ...running,
    pids: { ...running.pids, 'redis-of-peer': redis.pid ?? 0 },
    tables: [table],
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function tryOut(
  setting: Setting,
  command: string,
  redisUrl: string,
  tuning: Tuning,
  measureMs: number,
): Promise<Figures> {
  await using peer = await startTuned(setting, command, redisUrl, tuning);
  const task = loginTask(setting, peer, { warmUp: { count: 1_000, ms: measureMs / 2 }, measureMs });
  const { count, seconds, failures } = await runDriver(task);
  return { rate: Math.round(count / seconds), failures };
}

async function startTuned(
  setting: Setting,
  command: string,
  redisUrl: string,
  tuning: Tuning,
): Promise<Subject> {
  const redis = new Redis(redisUrl);
  await redis.flushall();
  redis.disconnect();
  const { origin, env } = await peerAddress(setting, 'bench_peer_asynq');
  const running = await startProcess({
    command,
    url: `${origin}/`,
    env: {
      ...env,
      REDIS_URL: redisUrl,
      SERVERS: String(tuning.servers),
      CONCURRENCY: String(tuning.concurrency),
      POLL_MS: String(tuning.pollMs),
      BATCH: String(tuning.batch),
      HOLD_MS: String(tuning.holdMs),
    },
  });
  const wake = () => void process.kill(running.pid, 'SIGCONT');
  return {
    name: peerNames.C,
    origin,
    startPaths: ['/login'],
    stores: ['mongod'],
    pids: { peer: running.pid },
    rest: () => void process.kill(running.pid, 'SIGSTOP'),
    wake,
    async [Symbol.asyncDispose]() {
      wake();
      await running.stop();
    },
  };
}
