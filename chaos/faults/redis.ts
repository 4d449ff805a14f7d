import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Fault, Run } from '#chaos/scenario.ts';
import type { TcpProxy } from '#chaos/tcp-proxy.ts';
import { scriptOf } from '#models/login/store.ts';

/** kill -9 of redis-server, and its start on the same append-only file `awayMs` later. */
export function crashRedis(awayMs: number, { from = 0.3 } = {}): Fault {
  return async (run) => {
    await run.until(from);
    const server = run.world.stores.redis.server();
    const over = run.world.incidents.begin('crash', 'redis');
    await server.crash();
    await run.pause(awayMs);
    await server.restart();
    over();
  };
}

/** Connection refused for a while: the host is gone, the data is not. */
export function redisAway(awayMs: number, { from = 0.3 } = {}): Fault {
  return async (run) => {
    await run.until(from);
    const over = run.world.incidents.begin('away', 'redis');
    proxyOf(run).refuse();
    // Not cut short when everybody gave up: the next scenario needs the same Redis.
    await run.pause(awayMs);
    await proxyOf(run).heal();
    over();
  };
}

/** Bytes go nowhere: no error, no end, until the network heals. */
export function redisHangs(forMs: number, { from = 0.3 } = {}): Fault {
  return async (run) => {
    await run.until(from);
    const over = run.world.incidents.begin('hang', 'redis');
    proxyOf(run).hang();
    await run.pause(forMs);
    await proxyOf(run).heal();
    over();
  };
}

export function slowRedis(delayMs: number): Fault {
  return async (run) => {
    proxyOf(run).setDelay(delayMs);
    await new Promise<void>((resolve) => run.isOver.addEventListener('abort', () => resolve()));
  };
}

/** The moves of a login; `add` is BullMQ's script, `bzpopmin` its wait for a job. */
export const lostReplies = [
  'open',
  'record-code',
  'add',
  'claim',
  'save-token',
  'settle',
  'take-ticket',
  'bzpopmin',
] as const;

/** Loses the reply to each of these commands `times` times, one after the other. */
export function loseReplies(commands: readonly (typeof lostReplies)[number][], times: number): Fault {
  return async (run) => {
    await run.until(0.02);
    for (let round = 0; round < times; round += 1) {
      for (const command of commands) {
        if (run.isOver.aborted) return;
        const pattern = patternOf(command);
        const struck = proxyOf(run).loseReply(pattern);
        await Promise.race([struck, run.pause(3_000)]);
        if (run.isOver.aborted) return;
        const over = run.world.incidents.begin(`lost reply to ${command}`, 'redis');
        await run.pause(250);
        over();
      }
    }
  };
}

function patternOf(command: (typeof lostReplies)[number]): RegExp {
  if (command === 'bzpopmin') return /\r\nbzpopmin\r\n/i;
  // BullMQ's script is known by what it is given: the job's name and data.
  if (command === 'add') return /evalsha[\s\S]*"login":"[0-9a-f]{34}"/i;
  return new RegExp(createHash('sha1').update(scriptOf(command)).digest('hex'));
}

/** Writes are refused with OOM; reads go on. */
export function outOfMemory(forMs: number, { from = 0.3 } = {}): Fault {
  return async (run) => {
    await run.until(from);
    const over = run.world.incidents.begin('out of memory', 'redis');
    await direct(run, (redis) => redis.config('SET', 'maxmemory', '1'));
    await run.pause(forMs);
    await direct(run, (redis) => redis.config('SET', 'maxmemory', '0'));
    over();
  };
}

/** Everything in Redis is gone: records, queue, scripts. */
export function flush({ from = 0.4 } = {}): Fault {
  return async (run) => {
    await run.until(from);
    const over = run.world.incidents.begin('flush', 'redis');
    await direct(run, (redis) => redis.flushall());
    await direct(run, (redis) => redis.script('FLUSH'));
    await sleep(100);
    over();
  };
}

/** A managed failover: open connections stay on the node that is read-only now. */
export function failover({ from = 0.3 } = {}): Fault {
  return async (run) => {
    await run.until(from);
    const over = run.world.incidents.begin('failover', 'redis');
    await run.world.stores.redis.failover?.();
    over();
  };
}

/** Which of the service's connections to Redis. */
export type Connections = 'commands of the ingresses' | 'subscriptions' | 'commands of the workers';

const isOf: Record<Connections, (client: string) => boolean> = {
  'commands of the ingresses': (client) => / name=wechat-login-ingress /.test(client),
  subscriptions: (client) => / sub=[1-9]/.test(client),
  'commands of the workers': (client) => / name=wechat-login-workers /.test(client),
};

/** A relay forgets these connections: no end, no error, no byte; new ones are served. Felt for as long as it may take to notice. */
export function fallSilent(connections: Connections, { from = 0.3, noticedMs = 15_000 } = {}): Fault {
  return async (run) => {
    await run.until(from);
    const over = run.world.incidents.begin('silence', 'redis');
    let list = '';
    await direct(run, async (redis) => {
      list = (await redis.client('LIST')) as string;
    });
    const clients = list.split('\n').filter(isOf[connections]);
    const ports = clients.map((client) => Number(/ addr=\S+:(\d+) /.exec(client)?.[1]));
    const struck = proxyOf(run).silence(new Set(ports));
    if (struck === 0) throw new Error(`there are no ${connections}`);
    run.note(`${struck} connections fell silent: ${connections}`);
    await run.pause(noticedMs);
    over();
  };
}

/** The primary freezes, its replica takes over, and the address leads there; the old connections stay with the frozen one. */
export function freezePrimary({ from = 0.3, noticedMs = 15_000 } = {}): Fault {
  return async (run) => {
    await run.until(from);
    const { redis } = run.world.stores;
    const frozen = redis.server();
    const over = run.world.incidents.begin('frozen primary', 'redis');
    if (frozen.pid === undefined || redis.takeOver === undefined)
      throw new Error('no primary with a replica');
    process.kill(frozen.pid, 'SIGSTOP');
    try {
      await redis.takeOver();
      await run.pause(noticedMs);
    } finally {
      // Gone before it wakes: it would think that it is the primary.
      await frozen.crash();
      await frozen.restart();
      await redis.rejoin?.();
    }
    over();
  };
}

async function direct(run: Run, work: (redis: Redis) => Promise<unknown>): Promise<void> {
  const redis = new Redis(run.world.stores.redis.directUrls()[0] ?? '');
  try {
    await work(redis);
  } finally {
    redis.disconnect();
  }
}

function proxyOf({ world }: Run): TcpProxy {
  const { proxy } = world.stores.redis;
  if (proxy === undefined) throw new Error('this Redis stands behind no proxy');
  return proxy;
}
