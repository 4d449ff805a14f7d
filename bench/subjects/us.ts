import { randomBytes } from 'node:crypto';
import getPort from 'get-port';
import type { Connection } from 'mongoose';
import { type RunningProcess, startProcess } from '#bench/processes/start-process.ts';
import { connectMongo } from '#connections/connect-mongo.ts';
import { connectRedis } from '#connections/connect-redis.ts';
import { ensureIndexes } from '#models/documents/ensure-indexes.ts';
import { createEnterpriseModel } from '#models/documents/enterprise.ts';
import { createServiceAccountModel, secretPlace } from '#models/documents/service-account.ts';
import { createSealer } from '#models/sealing.ts';
import { startSignOfLife } from '#test/support/sign-of-life.ts';
import { appid, databaseUrl, entId, hostUrl, type Setting, type Subject, secret } from './setting.ts';

export type UsOptions = {
  readonly ingresses?: number;
  readonly workers?: number;
  /** Another checkout of the product: before and after. */
  readonly root?: string;
  /** Tells two of them apart that run at once. */
  readonly prefix?: string;
  readonly env?: Record<string, string>;
  /** Arguments of node, by process: profiling. */
  readonly nodeArgs?: readonly string[];
};

export type Us = Subject & {
  readonly origins: readonly string[];
  readonly mongoUrl: string;
  readonly prefix: string;
  /** Kills the first ingress and starts it again on the same port; `killed` is told when the old one is gone. */
  readonly restartIngress: (killed: () => void) => Promise<void>;
  readonly startWorker: () => Promise<void>;
};

/** This product, as `npm run start:ingress` and `start:workers` run it. The first ingress has PUBLIC_URL. */
export async function startUs(setting: Setting, options: UsOptions = {}): Promise<Us> {
  const { ingresses = 1, workers = 1, nodeArgs = [], root = '.', prefix = 'bench' } = options;
  const key = randomBytes(32);
  const mongoUrl = databaseUrl(setting.mongoUrl, `${prefix}_us`);
  await seed(mongoUrl, key);

  await using stack = new AsyncDisposableStack();
  const running = new Map<string, RunningProcess>();
  const origins: string[] = [];
  const env = {
    REDIS_URL: setting.redisUrl,
    REDIS_PREFIX: prefix,
    ACCOUNT_CALLS_PER_MINUTE: '6000000',
    MONGO_URL: mongoUrl,
    WECHAT_API_URL: setting.simulatorUrl,
    WECHAT_OPEN_URL: setting.simulatorUrl,
    SECRET_KEYS: `k1:${key.toString('base64')}`,
    ADMIN_TOKEN: randomBytes(16).toString('hex'),
    ...options.env,
  };

  async function start(role: 'ingress' | 'workers', name: string, port: number): Promise<void> {
    const adminPort = await getPort();
    const origin = `http://127.0.0.1:${port}`;
    const started = await startProcess({
      command: process.execPath,
      args: [...nodeArgs, `${root}/${role}/main.ts`],
      url: role === 'ingress' ? `${origin}/` : `http://127.0.0.1:${adminPort}/healthz`,
      env: {
        ...env,
        PUBLIC_URL: origins[0] ?? origin,
        PORT: String(port),
        ADMIN_PORT: String(adminPort),
        WORKER_ADMIN_PORT: String(adminPort),
      },
    });
    running.set(name, started);
  }

  stack.defer(() => withMongo(mongoUrl, (mongo) => mongo.dropDatabase()));
  stack.defer(async () => {
    await Promise.all([...running.values()].map(({ stop }) => stop()));
  });
  for (let n = 1; n <= ingresses; n += 1) {
    const port = await getPort();
    origins.push(`http://127.0.0.1:${port}`);
    await start('ingress', n === 1 ? 'ingress' : `ingress-${n}`, port);
  }
  async function startWorker(): Promise<void> {
    const name = running.has('workers') ? `workers-${running.size}` : 'workers';
    await start('workers', name, await getPort());
  }
  for (let n = 0; n < workers; n += 1) await startWorker();
  if (workers === 0) {
    // Else the ingress would soon hold everybody for want of workers.
    const redis = stack.adopt(await connectRedis([setting.redisUrl], 'consumer'), (open) =>
      open.disconnect(),
    );
    stack.use(await startSignOfLife(redis, env));
  }

  const kept = stack.move();
  const [origin = ''] = origins;
  return {
    name: 'us',
    origin,
    origins,
    mongoUrl,
    prefix,
    startPath: `/wechatTransfer?ent_id=${entId}`,
    get pids() {
      return Object.fromEntries([...running].map(([name, { pid }]) => [name, pid]));
    },
    async restartIngress(killed) {
      await running.get('ingress')?.kill();
      killed();
      await start('ingress', 'ingress', Number(new URL(origin).port));
    },
    startWorker,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function withMongo(mongoUrl: string, action: (mongo: Connection) => Promise<unknown>): Promise<void> {
  const mongo = await connectMongo(mongoUrl);
  try {
    await action(mongo);
  } finally {
    await mongo.close();
  }
}

function seed(mongoUrl: string, key: Buffer): Promise<void> {
  return withMongo(mongoUrl, async (mongo) => {
    await mongo.dropDatabase();
    const accounts = createServiceAccountModel(mongo);
    const enterprises = createEnterpriseModel(mongo);
    await ensureIndexes(mongo);
    const sealedSecret = createSealer([{ kid: 'k1', key }]).seal(secret, secretPlace(appid));
    await accounts.create({ appid, name: 'Bench', sealedSecret, verifyFiles: [] });
    await enterprises.create({
      entId,
      appid,
      name: 'Bench',
      loginUrl: hostUrl,
      targetPrefixes: [],
      unbound: 'create',
      scope: 'snsapi_userinfo',
      consentPage: false,
      apiKeyDigest: 'none',
    });
  });
}
