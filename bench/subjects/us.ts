import { randomBytes } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import getPort from 'get-port';
import { type RunningProcess, startProcess } from '#bench/processes/start-process.ts';
import { connectMongo } from '#connections/connect-mongo.ts';
import { connectRedis } from '#connections/connect-redis.ts';
import { startSignOfLife } from '#test/support/sign-of-life.ts';
import { commandOf, type Role, thisCheckout } from './checkout.ts';
import { ourNames } from './names.ts';
import { seedProduct } from './seed-product.ts';
import { type Account, databaseUrl, oneAccount, type Setting, type Subject } from './setting.ts';

export type UsOptions = {
  /** Both roles in one process, as `npm start` runs them. */
  readonly isOneProcess?: boolean;
  readonly ingresses?: number;
  /** With none a callback is answered at once: nothing would come of waiting for its login. */
  readonly workers?: number;
  readonly accounts?: readonly Account[];
  /** Another checkout of the product: before and after. */
  readonly root?: string;
  /** Tells two of them apart that run at once. */
  readonly prefix?: string;
  readonly env?: Record<string, string>;
  /** A file that each process loads before its own, from the project's folder: profiling. */
  readonly hook?: string;
};

export type Us = Subject & {
  readonly origins: readonly string[];
  readonly mongoUrl: string;
  readonly prefix: string;
  /** By ent_id. */
  readonly apiKeys: ReadonlyMap<string, string>;
  /** Kills the first ingress and starts it again on the same port; `killed` is told when the old one is gone. */
  readonly restartIngress: (killed: () => void) => Promise<void>;
  /** How many waiting pages' questions the first ingress holds. Throws while it does not answer. */
  readonly heldPages: () => Promise<number>;
  /** How many questions of computers that show a QR code it holds. Throws alike. */
  readonly heldScans: () => Promise<number>;
  readonly startWorker: () => Promise<void>;
  /** The first ingress's operator's door, as root. */
  readonly askOperator: (path: string, init?: RequestInit) => Promise<Response>;
};

/** This product, as `npm run start:ingress` and `start:workers`, or `npm start`, run it. The first ingress has PUBLIC_URL. */
export async function startUs(setting: Setting, options: UsOptions = {}): Promise<Us> {
  const { hook, isOneProcess = false, root = thisCheckout, accounts = [oneAccount] } = options;
  const {
    ingresses = 1,
    workers = isOneProcess ? 0 : 1,
    prefix = isOneProcess ? 'bench-one' : 'bench',
  } = options;
  const mongoUrl = databaseUrl(setting.mongoUrl, `${prefix}_us`);
  await dropDatabase(mongoUrl);
  const adminToken = randomBytes(16).toString('hex');

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
    SECRET_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    ADMIN_TOKEN: adminToken,
    ...(workers === 0 && !isOneProcess && { CALLBACK_HOLD_MS: '0' }),
    ...(hook && { NODE_OPTIONS: `--import ${new URL(hook, pathToFileURL(`${thisCheckout}/`))}` }),
    ...options.env,
  };

  /** Answers its operator's address. */
  async function start(role: Role, name: string, port: number): Promise<string> {
    const adminPort = await getPort();
    const workerAdminPort = await getPort();
    const origin = `http://127.0.0.1:${port}`;
    const adminOrigin = `http://127.0.0.1:${role === 'workers' ? workerAdminPort : adminPort}`;
    const command = commandOf(root, role);
    const started = await startProcess({
      ...command,
      url: role === 'workers' ? `${adminOrigin}/healthz` : `${origin}/`,
      env: {
        ...command.env,
        ...env,
        PUBLIC_URL: origins[0] ?? origin,
        PORT: String(port),
        ADMIN_PORT: String(adminPort),
        WORKER_ADMIN_PORT: String(workerAdminPort),
      },
    });
    running.set(name, started);
    return adminOrigin;
  }

  stack.defer(() => dropDatabase(mongoUrl));
  stack.defer(async () => {
    await Promise.all([...running.values()].map(({ stop }) => stop()));
  });
  const firstName = isOneProcess ? 'service' : 'ingress';
  let firstAdmin = '';
  let apiKeys: ReadonlyMap<string, string> = new Map();
  for (let n = 1; n <= ingresses; n += 1) {
    const port = await getPort();
    origins.push(`http://127.0.0.1:${port}`);
    const name = n === 1 ? firstName : `${firstName}-${n}`;
    const adminOrigin = await start(isOneProcess ? 'both' : 'ingress', name, port);
    if (n > 1) continue;
    firstAdmin = adminOrigin;
    apiKeys = await seedProduct(adminOrigin, adminToken, accounts);
  }
  async function startWorker(): Promise<void> {
    const name = running.has('workers') ? `workers-${running.size}` : 'workers';
    await start('workers', name, await getPort());
  }
  function askOperator(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${adminToken}`);
    return fetch(firstAdmin + path, { ...init, headers, signal: AbortSignal.timeout(10_000) });
  }
  async function gauge(name: string): Promise<number> {
    const answer = await askOperator('/metrics');
    return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await answer.text())?.[1]);
  }

  for (let n = 0; n < workers; n += 1) await startWorker();
  if (workers === 0 && !isOneProcess) {
    // Else the ingress would soon hold everybody for want of workers.
    const redis = stack.adopt(await connectRedis(setting.redisUrl.split(','), 'consumer'), (open) =>
      open.disconnect(),
    );
    stack.use(await startSignOfLife(redis, env));
  }

  const kept = stack.move();
  const [origin = ''] = origins;
  return {
    name: isOneProcess ? ourNames.oneProcess : ourNames.apart,
    origin,
    origins,
    mongoUrl,
    prefix,
    apiKeys,
    startPaths: accounts.map(({ entId }) => `/wechatTransfer?ent_id=${entId}`),
    stores: Object.keys(setting.pids).filter((name) => name !== 'simulator'),
    get pids() {
      return Object.fromEntries([...running].map(([name, { pid }]) => [name, pid]));
    },
    async restartIngress(killed) {
      await running.get(firstName)?.kill();
      killed();
      firstAdmin = await start('ingress', firstName, Number(new URL(origin).port));
    },
    heldPages: () => gauge('wechat_held_status_requests'),
    heldScans: () => gauge('wechat_held_scan_requests'),
    startWorker,
    askOperator,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function dropDatabase(mongoUrl: string): Promise<void> {
  const mongo = await connectMongo(mongoUrl);
  try {
    await mongo.dropDatabase();
  } finally {
    await mongo.close();
  }
}
