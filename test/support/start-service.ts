import { randomBytes } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { connectMongo } from '#connections/connect-mongo.ts';
import { connectRedis } from '#connections/connect-redis.ts';
import { freePort } from '#dev-stores/free-port.ts';
import { createSealer } from '#models/sealing.ts';
import { type RunningSimulator, startSimulator } from '#simulator/start-simulator.ts';
import { findKeys } from './find-keys.ts';
import { createPerson, type PersonOptions } from './person.ts';
import { createSeeds } from './seed-service.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';
import { startSignOfLife } from './sign-of-life.ts';
import { withMongo } from './with-mongo.ts';
import { withRedis } from './with-redis.ts';

export type ServiceOptions = {
  /** Processes to begin with; 1 each. */
  ingresses?: number;
  workers?: number;
  /** Unless false, an ingress that is begun without workers is made to believe in one. */
  signOfLife?: boolean;
  /** Added to the environment of every process, or taking the place of what is set here. */
  env?: Record<string, string>;
  ingressEnv?: Record<string, string>;
  workerEnv?: Record<string, string>;
  /** Stores of the caller's, who also cleans them up; else a prefix and a database on the run's stores. */
  redis?: { url: string; prefix: string };
  mongo?: { url: string };
  /** The caller's, who also closes it; else one in this process. */
  simulator?: Pick<RunningSimulator, 'url' | 'control'>;
};

export type Service = Awaited<ReturnType<typeof startService>>;
/** The whole service as it runs in production: real processes, real stores, and the simulator in the place of WeChat. */
export async function startService(options: ServiceOptions = {}) {
  await using starting = new AsyncDisposableStack();
  const cleanup = { teardown: (fn: () => unknown) => void starting.defer(async () => void (await fn())) };
  const redis = options.redis ?? withRedis(cleanup);
  const mongo = options.mongo ?? withMongo(cleanup);
  const simulator = options.simulator ?? starting.use(await startSimulator());
  const key = randomBytes(32);
  const adminToken = randomBytes(24).toString('base64url');
  const port = await freePort();

  const env: Record<string, string> = {
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    ADMIN_PORT: '0',
    WORKER_ADMIN_PORT: '0',
    // The whole suite also runs without the direct answer: CALLBACK_HOLD_MS=0 npm test
    ...(process.env['CALLBACK_HOLD_MS'] && { CALLBACK_HOLD_MS: process.env['CALLBACK_HOLD_MS'] }),
    // No balancer is to be told of an end.
    DRAIN_MS: '0',
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.prefix,
    MONGO_URL: mongo.url,
    WECHAT_API_URL: simulator.url,
    WECHAT_OPEN_URL: simulator.url,
    SECRET_KEYS: `test:${key.toString('base64')}`,
    ADMIN_TOKEN: adminToken,
    // On a cluster one queue would leave all but one node idle.
    ...(redis.url.includes(',') && { QUEUE_SHARDS: '4' }),
    ...options.env,
  };
  const publicUrl = env['PUBLIC_URL'] ?? '';

  const started: ServiceProcess[] = [];
  const ingresses: ServiceProcess[] = [];
  const workers: ServiceProcess[] = [];
  const connection = starting.adopt(await connectMongo(mongo.url), (open) => open.close());
  const redisUrls = redis.url.split(',');
  // A busy machine may keep this process itself from its answer for as long as the service would wait.
  const redisClient = starting.adopt(
    await connectRedis(redisUrls, 'consumer', { timeoutMs: 30_000 }),
    (open) => open.disconnect(),
  );
  const sealer = createSealer([{ kid: 'test', key }]);
  starting.defer(async () => {
    await Promise.all(started.map((running) => running.end('SIGKILL')));
  });

  if (options.workers === 0 && options.signOfLife !== false) {
    starting.use(await startSignOfLife(redisClient, env));
  }
  let isFirst = true;

  /** Another ingress beside those that run; the first has PUBLIC_URL's port, unless that is elsewhere. */
  async function startIngress(more: Record<string, string> = {}, root?: string) {
    const own = isFirst ? String(port) : '0';
    isFirst = false;
    const ingressEnv = { PORT: own, ...env, ...options.ingressEnv, ...more };
    const ingress = await startServiceProcess('ingress', ingressEnv, root === undefined ? {} : { root });
    ingresses.push(ingress);
    started.push(ingress);
    return ingress;
  }

  async function startWorker(more: Record<string, string> = {}, root?: string) {
    const workerEnv = { ...env, ...options.workerEnv, ...more };
    const worker = await startServiceProcess('workers', workerEnv, root === undefined ? {} : { root });
    workers.push(worker);
    started.push(worker);
    return worker;
  }

  /** Ingress and workers in one process. */
  async function startBoth() {
    const both = await startServiceProcess('both', { PORT: String(port), ...env });
    isFirst = false;
    ingresses.push(both);
    started.push(both);
    return both;
  }

  const starts = await Promise.allSettled([
    ...Array.from({ length: options.ingresses ?? 1 }, () => startIngress()),
    ...Array.from({ length: options.workers ?? 1 }, () => startWorker()),
  ]);
  // Only now: one that failed must not leave the others behind.
  for (const start of starts) if (start.status === 'rejected') throw start.reason;

  const running = starting.move();
  const stop = () => running.disposeAsync();
  return {
    publicUrl,
    adminToken,
    env,
    simulator,
    ingresses,
    workers,
    /** The service's own database, and its Redis with the prefix of its keys: to look into. */
    mongo: connection,
    redis: redisClient,
    prefix: redis.prefix,
    /** Its keys in Redis, or those that end like this. */
    findKeys: (like = '') => findKeys(redisClient, `*${redis.prefix}*${like}`),
    sealer,
    ...createSeeds({ ingresses, adminToken, control: simulator.control }),
    startIngress,
    startWorker,
    startBoth,
    /** Ends the worker process that was started last, and waits until it is gone. */
    async killWorker(signal: NodeJS.Signals = 'SIGKILL') {
      return await workers.pop()?.end(signal);
    },
    /** Someone with WeChat, by way of the first ingress. */
    person: (more: Partial<PersonOptions> = {}) =>
      createPerson({ ingressUrl: ingresses[0]?.url ?? '', ...more }),
    /** Every line any process ever wrote, in no certain order between processes. */
    logs: (): string[] => started.flatMap(({ lines }) => lines),
    /** Ends the processes at once (as a crash would) and removes what they stored. */
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** {@link startService} for the length of a test. */
export async function withService(t: Pick<ExecutionContext, 'teardown'>, options: ServiceOptions = {}) {
  const service = await startService(options);
  t.teardown(service.stop);
  return service;
}
