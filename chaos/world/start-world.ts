import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { createIncidents } from '#chaos/incidents.ts';
import { startTcpProxy } from '#chaos/tcp-proxy.ts';
import { freePort } from '#dev-stores/free-port.ts';
import { apiKeyTold, createPutUntilStored } from '#dev-stores/put-until-stored.ts';
import { shardOfAccount } from '#models/login/store.ts';
import { createProgram, type Program } from './program.ts';
import type { Stores } from './stores.ts';
import type { WeChat } from './wechat.ts';

export const projectFolder = path.join(import.meta.dirname, '../..');

export type Enterprise = { readonly entId: string; readonly appid: string; readonly apiKey: string };
export type World = Awaited<ReturnType<typeof startWorld>>;

/**
 * The service as it runs in production, N ingresses and M workers, set up through the operator's door only. Every way a
 * fault may strike it is on the object that comes back.
 */
export async function startWorld(options: {
  stores: Stores;
  wechat: WeChat;
  logFolder: string;
  /** Where the service's code is: a deliberately broken copy, when the referee is put to the test. */
  folder?: string;
  ingresses?: number;
  workers?: number;
  enterprises?: number;
  /** All enterprises use one service account. */
  sharesAccount?: boolean;
  env?: Record<string, string>;
  /** Of the workers only. */
  workerEnv?: Record<string, string>;
  /** Of the first worker alone. */
  oneWorkerEnv?: Record<string, string>;
}) {
  const { stores, wechat, logFolder, folder = projectFolder } = options;
  await using starting = new AsyncDisposableStack();
  const incidents = createIncidents();
  const notes: string[] = [];
  const name = `chaos${randomBytes(4).toString('hex')}`;
  // What people do at WeChat is never disturbed here: the service's own calls go through the proxy.
  const wechatProxy = starting.adopt(await startTcpProxy({ port: wechat.port }), (proxy) => proxy.close());
  const adminToken = randomBytes(24).toString('base64url');
  const mongoUrl = stores.mongo.url.replace('/?', `/${name}?`);
  const publicUrl = 'http://login.example';

  const env: Record<string, string> = {
    PUBLIC_URL: publicUrl,
    REDIS_URL: stores.redis.url,
    REDIS_PREFIX: name,
    MONGO_URL: mongoUrl,
    WECHAT_OPEN_URL: wechat.url,
    WECHAT_API_URL: `http://127.0.0.1:${wechatProxy.port}`,
    SECRET_KEYS: `chaos:${randomBytes(32).toString('base64')}`,
    ADMIN_TOKEN: adminToken,
    NODE_COMPILE_CACHE: path.join(projectFolder, 'node_modules/.cache/chaos'),
    ...options.env,
  };

  async function createOne(kind: 'ingress' | 'workers', index: number, more: Record<string, string> = {}) {
    const ports = kind === 'ingress' ? [await freePort(), await freePort()] : [await freePort()];
    const names = kind === 'ingress' ? ['ADMIN_PORT', 'PORT'] : ['WORKER_ADMIN_PORT'];
    const program = createProgram({
      name: `${kind}-${index + 1}`,
      folder,
      main: `${kind}/main.ts`,
      env: { ...env, ...more, ...Object.fromEntries(names.map((key, at) => [key, String(ports[at])])) },
      logFile: path.join(logFolder, `${name}-${kind}-${index + 1}.log`),
      healthUrl: `http://127.0.0.1:${ports[0]}/healthz`,
      onUnplannedEnd: (how) => notes.push(how),
    });
    starting.defer(program.stop);
    const [adminPort, publicPort] = ports;
    return Object.assign(program, {
      adminUrl: `http://127.0.0.1:${adminPort}`,
      url: `http://127.0.0.1:${publicPort}`,
    });
  }

  const ingresses = await Promise.all(
    Array.from({ length: options.ingresses ?? 2 }, (_, index) => createOne('ingress', index)),
  );
  const workers = await Promise.all(
    Array.from({ length: options.workers ?? 2 }, (_, index) =>
      createOne('workers', index, { ...options.workerEnv, ...(index === 0 && options.oneWorkerEnv) }),
    ),
  );
  const programs: Program[] = [...ingresses, ...workers];
  await Promise.all(programs.map((program) => program.start()));
  const enterprises = await provision();

  /** One account after the other in the next shard, so that all have something to do. */
  function appidIn(index: number): string {
    const shards = Number(env['QUEUE_SHARDS'] ?? 1);
    for (;;) {
      const made = `wx${randomBytes(8).toString('hex')}`;
      if (shardOfAccount(made, shards) === index % shards) return made;
    }
  }

  /** An account and its enterprises, as an operator sets them up. */
  async function provision(): Promise<Enterprise[]> {
    const put = createPutUntilStored({ adminUrl: ingresses[0]?.adminUrl ?? '', adminToken });
    const made: Enterprise[] = [];
    let appid = '';
    for (let index = 0; index < (options.enterprises ?? 1); index += 1) {
      if (appid === '' || options.sharesAccount !== true) {
        appid = appidIn(index);
        const secret = randomBytes(16).toString('hex');
        await wechat.putAccount(appid, { secret });
        await put(`/v1/accounts/${appid}`, { name: 'Chaos', secret });
      }
      const entId = `e${index}`;
      const form = { appid, name: `Enterprise ${index}`, login_url: 'https://host.example/login' };
      const { api_key: apiKey } = await put(`/v1/enterprises/${entId}`, form, apiKeyTold);
      made.push({ entId, appid, apiKey: String(apiKey) });
    }
    return made;
  }

  const running = starting.move();
  return {
    name,
    publicUrl,
    mongoUrl,
    ingresses,
    workers,
    enterprises,
    adminToken,
    stores,
    wechat,
    wechatProxy,
    incidents,
    /** Ends of programs that nobody had asked for. */
    notes,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
