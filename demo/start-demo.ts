import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { environment } from '#config';
import { openStores } from '#dev-stores/open-stores.ts';
import { listen } from '#operations/http-server.ts';
import { startSimulator } from '#simulator/start-simulator.ts';
import { choosePort } from './choose-port.ts';
import { createHost, type HostEnterprise } from './host.ts';
import { createOidcHost, type Registered } from './oidc-host.ts';
import { createOwnSpace } from './own-space.ts';
import { seed } from './seed.ts';
import type { DemoSettings } from './settings.ts';
import { startProcesses } from './start-processes.ts';
import { tellAddresses } from './tell-addresses.ts';
import { tryAddress } from './try-address.ts';
import { tryStores } from './try-stores.ts';

/** Long enough for the waiting page to be seen. */
const weChatLatency = { ms: 900, spreadMs: 600 };
const loopback = '127.0.0.1';

/**
 * Starts everything, in the order in which one needs the other, and answers what to tell the person. Whatever it
 * opened, also before it failed or was broken off by the signal, is on the stack.
 */
export async function startDemo(options: {
  settings: DemoSettings;
  stack: AsyncDisposableStack;
  say: (line: string) => void;
  onDeath: (message: string) => void;
  signal: AbortSignal;
}): Promise<string> {
  const { settings, stack, say, onDeath, signal } = options;
  const { DEMO_ADDRESS: address, REDIS_URL: redisUrl, MONGO_URL: mongoUrl } = settings;
  await tryAddress(address);
  if (redisUrl || mongoUrl) say('Trying the stores that run already …');
  await tryStores({ redisUrl, mongoUrl });
  signal.throwIfAborted();
  if (!redisUrl || !mongoUrl)
    say(`Starting ${[!redisUrl && 'Redis', !mongoUrl && 'MongoDB'].filter(Boolean).join(' and ')} …`);
  const stores = stack.use(await openStores({ redisUrl, mongoUrl, say }));
  signal.throwIfAborted();
  const space = createOwnSpace(stores);
  if (redisUrl || mongoUrl) say(`All it writes there is named ${space.name} and removed at the end.`);
  const toldWhatStays = (error: Error) =>
    say(`What is named ${space.name} could not be removed: ${error.message}`);
  stack.defer(async () => {
    await Promise.all([
      redisUrl && space.removeKeys().catch(toldWhatStays),
      mongoUrl && space.removeDatabase().catch(toldWhatStays),
    ]);
  });

  // Chosen as late as can be: until it is listened on, anybody may take a port.
  const ports = {
    public: await choosePort(settings.DEMO_PORT, 'ingress', say),
    admin: await choosePort(settings.DEMO_ADMIN_PORT, 'admin listener', say),
    workerAdmin: await choosePort(settings.DEMO_WORKER_ADMIN_PORT, "workers' admin listener", say),
    simulator: await choosePort(settings.DEMO_SIMULATOR_PORT, 'simulator', say),
    host: await choosePort(settings.DEMO_HOST_PORT, 'example host', say),
    oidc: await choosePort(settings.DEMO_OIDC_PORT, 'example OpenID Connect host', say),
  };
  const publicUrl = `http://${address}:${ports.public}`;
  const adminUrl = `http://${loopback}:${ports.admin}`;
  const workerAdminUrl = `http://${loopback}:${ports.workerAdmin}`;

  const account = {
    appid: `wx${randomBytes(8).toString('hex')}`,
    secret: randomBytes(16).toString('hex'),
    name: '示例服务号 Example account',
  };
  const simulator = stack.use(
    await startSimulator({
      host: address,
      port: ports.simulator,
      behaviour: { latency: weChatLatency },
      accounts: {
        [account.appid]: {
          secret: account.secret,
          name: account.name,
          domains: [`${address}:${ports.public}`],
        },
      },
    }),
  );
  const enterprises: HostEnterprise[] = [];
  const host = await listen(createHost({ serviceUrl: publicUrl, enterprises }).callback(), {
    host: address,
    port: ports.host,
  });
  stack.defer(host.close);
  const oidcUrl = `http://${address}:${ports.oidc}`;
  let registered: Registered | undefined;
  const oidcHost = createOidcHost({
    issuer: `${publicUrl}/oidc`,
    ownUrl: oidcUrl,
    registered: () => registered,
  });
  const oidc = await listen(oidcHost.callback(), { host: address, port: ports.oidc });
  stack.defer(oidc.close);

  const folder = await mkdtemp(path.join(os.tmpdir(), 'wechat-login-demo-'));
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const adminToken = randomBytes(18).toString('base64url');
  const env = {
    ...withoutOurs(process.env),
    PUBLIC_URL: publicUrl,
    HOST: address,
    PORT: String(ports.public),
    ADMIN_HOST: loopback,
    ADMIN_PORT: String(ports.admin),
    WORKER_ADMIN_PORT: String(ports.workerAdmin),
    DRAIN_MS: '0',
    LOG_LEVEL: settings.LOG_LEVEL,
    REDIS_URL: stores.redisUrl,
    REDIS_PREFIX: space.name,
    MONGO_URL: space.mongoUrl,
    WECHAT_API_URL: simulator.url,
    WECHAT_OPEN_URL: simulator.url,
    SECRET_KEYS: `demo:${randomBytes(32).toString('base64')}`,
    ADMIN_TOKEN: adminToken,
  };

  say('Starting the ingress and the workers …');
  const { DEMO_VERBOSE: isVerbose, DEMO_WATCH: isWatching } = settings;
  const common = { env, folder, isVerbose, isWatching, say, onDeath, signal };
  const pids = await startProcesses(stack, { ...common, adminUrl, workerAdminUrl });

  signal.throwIfAborted();
  const seeds = { adminUrl, adminToken, publicUrl, hostUrl: host.url, oidcUrl, account };
  const seeded = await seed(seeds);
  enterprises.push(...seeded.enterprises);
  registered = seeded.registered;
  return tellAddresses({
    enterprises,
    hostUrl: host.url,
    oidcUrl,
    adminUrl,
    workerAdminUrl,
    adminToken,
    simulatorUrl: simulator.url,
    logFolder: folder,
    pids,
  });
}

/** The person's own variables may be meant for another installation. */
function withoutOurs(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = new Set(Object.keys(environment.shape));
  const foreign = Object.entries(env).filter(([name, value]) => value !== undefined && !names.has(name));
  return Object.fromEntries(foreign) as Record<string, string>;
}
