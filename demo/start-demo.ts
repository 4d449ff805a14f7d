import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { environment } from '#config';
import { openStores } from '#dev-stores/open-stores.ts';
import { listen } from '#operations/http-server.ts';
import { startSimulator } from '#simulator/start-simulator.ts';
import { choosePort } from './choose-port.ts';
import { createHome, type DemoAddresses } from './home.ts';
import { createHost, type HostEnterprise } from './host.ts';
import type { DemoLanguage } from './language.ts';
import { listenAsHome } from './listen-as-home.ts';
import { createOidcHost, type Registered } from './oidc-host.ts';
import { createOwnSpace } from './own-space.ts';
import { seed } from './seed.ts';
import { type DemoSettings, demoSettings } from './settings.ts';
import { startProcesses } from './start-processes.ts';
import { storeLine } from './store-words.ts';
import { terminalWords } from './terminal-words.ts';
import { tryAddress } from './try-address.ts';
import { tryStores } from './try-stores.ts';

/** Long enough for the waiting page to be seen. */
const weChatLatency = { ms: 900, spreadMs: 600 };
const loopback = '127.0.0.1';
type PortName = Extract<keyof DemoSettings, `DEMO_${string}PORT`>;

/**
 * Starts everything, in the order in which one needs the other, and answers what to tell the person. Whatever it
 * opened, also before it failed or was broken off by the signal, is on the stack.
 */
export async function startDemo(options: {
  settings: DemoSettings;
  language: DemoLanguage;
  stack: AsyncDisposableStack;
  say: (line: string) => void;
  /** Since it was begun. */
  seconds: () => number;
  onDeath: (message: string) => void;
  signal: AbortSignal;
}): Promise<string> {
  const { settings, language, stack, say, seconds, onDeath, signal } = options;
  const words = terminalWords[language];
  const { DEMO_ADDRESS: address, REDIS_URL: redisUrl, MONGO_URL: mongoUrl } = settings;
  await tryAddress(address);
  let addresses: DemoAddresses | undefined;
  const app = createHome({ addresses: () => addresses, hosts: [address, loopback, 'localhost'] });
  const home = await listenAsHome(app.callback(), { host: address, port: settings.DEMO_HOME_PORT });
  stack.defer(home.close);
  // It has our usual home: of the other usual ports it takes some, and perhaps not yet.
  if (!home.isAsWanted) say(words.besideAnother(settings.DEMO_HOME_PORT, home.port));

  if (redisUrl || mongoUrl) say(words.triesStores);
  await tryStores({ redisUrl, mongoUrl });
  signal.throwIfAborted();
  if (!redisUrl || !mongoUrl)
    say(words.starts([!redisUrl && 'Redis', !mongoUrl && 'MongoDB'].filter((name) => name !== false)));
  const stores = stack.use(
    await openStores({ redisUrl, mongoUrl, say: (line) => say(storeLine(language, line)) }),
  );
  signal.throwIfAborted();
  const space = createOwnSpace(stores);
  if (redisUrl || mongoUrl) say(words.ownSpace(space.name));
  const toldWhatStays = (error: Error) => say(words.notRemoved(space.name, error.message));
  stack.defer(async () => {
    await Promise.all([
      redisUrl && space.removeKeys().catch(toldWhatStays),
      mongoUrl && space.removeDatabase().catch(toldWhatStays),
    ]);
  });

  // Chosen as late as can be: until it is listened on, anybody may take a port.
  const usual = demoSettings.parse({});
  const port = (name: PortName, what: keyof typeof words.listeners) => {
    const wanted = settings[name];
    const isFree = !home.isAsWanted && wanted === usual[name];
    return choosePort(isFree ? 0 : wanted, (other) => say(words.portTaken(wanted, what, other)));
  };
  const ports = {
    public: await port('DEMO_PORT', 'public'),
    admin: await port('DEMO_ADMIN_PORT', 'admin'),
    workerAdmin: await port('DEMO_WORKER_ADMIN_PORT', 'workerAdmin'),
    simulator: await port('DEMO_SIMULATOR_PORT', 'simulator'),
    host: await port('DEMO_HOST_PORT', 'host'),
    oidc: await port('DEMO_OIDC_PORT', 'oidc'),
  };
  const publicUrl = `http://${address}:${ports.public}`;
  const adminUrl = `http://${loopback}:${ports.admin}`;
  const workerAdminUrl = `http://${loopback}:${ports.workerAdmin}`;

  const account = {
    appid: `wx${randomBytes(8).toString('hex')}`,
    secret: randomBytes(16).toString('hex'),
    name: { en: 'Example company’s service account', zh: '示例企业的服务号' }[language],
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
          link: `${publicUrl}/wechatTransfer?ent_id=example-company`,
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

  say(words.startsProcesses);
  const { DEMO_VERBOSE: isVerbose, DEMO_WATCH: isWatching } = settings;
  const common = { env, folder, isVerbose, isWatching, words, say, onDeath, signal };
  const pids = await startProcesses(stack, { ...common, adminUrl, workerAdminUrl });

  signal.throwIfAborted();
  const seeds = { adminUrl, adminToken, publicUrl, hostUrl: host.url, oidcUrl, account, language, signal };
  const seeded = await seed(seeds);
  enterprises.push(...seeded.enterprises);
  registered = seeded.registered;
  const [openHouse = '', staffRoom = ''] = enterprises.map(({ startUrl }) => startUrl);
  addresses = {
    openHouse,
    staffRoom,
    host: `${host.url}/`,
    oidcHost: `${oidcUrl}/`,
    simulator: `${simulator.url}/`,
    operate: `${adminUrl}/operate`,
    dashboard: `${adminUrl}/queues/`,
    ingressMetrics: `${adminUrl}/metrics`,
    workerMetrics: `${workerAdminUrl}/metrics`,
    password: adminToken,
  };
  return words.running({
    homeUrl: `${home.url}/`,
    operateUrl: addresses.operate,
    adminToken,
    logFolder: folder,
    pids,
    isOnlyHere: address === loopback,
    seconds: seconds(),
  });
}

/** The person's own variables may be meant for another installation. */
function withoutOurs(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = new Set(Object.keys(environment.shape));
  const foreign = Object.entries(env).filter(([name, value]) => value !== undefined && !names.has(name));
  return Object.fromEntries(foreign) as Record<string, string>;
}
