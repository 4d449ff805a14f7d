import { z } from 'zod';
import { brokenPromiseOf } from '#connections/mongo-address.ts';

import { parseNetwork, type TrustedNetwork } from '#operations/client-address.ts';
import { readSecretFiles } from '#operations/secret-files.ts';

/** A fault in the environment; the message lists every fault at once and never repeats a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.coerce
    .number({ error })
    .refine((value) => Number.isInteger(value) && value >= least && value <= most, { error });
}
const port = wholeNumber(0, 65_535);
const flag = z.enum(['0', '1', 'true', 'false', '']).transform((value) => value === '1' || value === 'true');
const webOrigin = z
  .url({
    protocol: /^https?$/,
    error: 'must begin with https:// (or http://), such as https://login.example.com',
    abort: true,
  })
  .refine(
    (value) => new URL(value).pathname === '/' && !/[?#]/.test(value),
    'must be an origin, without a path',
  )
  .transform((value) => new URL(value).origin);
/** Nodes that a cluster's client finds by itself get what the named ones have. */
const credentialsOf = (url: string) => {
  const { protocol, username, password } = new URL(url);
  return JSON.stringify([protocol, username, password]);
};
const redisUrls = z
  .string()
  .min(1)
  .transform((value) => value.split(',').map((part) => part.trim()))
  .pipe(
    z.array(
      z.url({
        protocol: /^rediss?$/,
        error: 'must be redis:// or rediss:// (several, comma-separated, for a cluster)',
        abort: true,
      }),
    ),
  )
  .refine((urls) => new Set(urls.map(credentialsOf)).size === 1, {
    error: 'must have the same scheme, user and password in every address of a cluster',
  });
// Not a URL in the strict sense: a replica set's has several hosts.
const mongoUrl = z
  .string()
  .regex(/^mongodb(\+srv)?:\/\/[^\s/?]+(\/\S*)?$/, { error: 'must be a mongodb:// address', abort: true })
  .superRefine((url, context) => {
    const message = brokenPromiseOf(url);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
const secretKeys = z.string().transform((value, context) => {
  const keys = value.split(',').map((entry) => {
    const [, kid, encoded] = /^([0-9A-Za-z_-]{1,32}):([0-9A-Za-z+/_-]+=*)$/.exec(entry.trim()) ?? [];
    return { kid: kid ?? '', key: Buffer.from(encoded ?? '', 'base64') };
  });
  const say = (message: string) => context.addIssue({ code: 'custom', message });
  // By its place: where the name is forgotten, or the colon, its name would be a part of the key.
  for (const [index, { kid, key }] of keys.entries()) {
    const which = keys.length > 1 ? `: entry ${index + 1}` : ': it';
    if (kid === '')
      say(
        `must be name:base64 of 32 bytes, comma-separated${which} is not (a name has up to 32 letters, digits, - or _)`,
      );
    else if (key.length !== 32)
      say(`must be name:base64 of 32 bytes, comma-separated${which} has ${key.length} bytes`);
  }
  const named = keys.map(({ kid }) => kid).filter((kid) => kid !== '');
  if (new Set(named).size !== named.length) say('must not give two keys the same name');
  return keys;
});

const networks = z.string().transform((value, context): TrustedNetwork[] =>
  value.split(',').flatMap((entry) => {
    const network = parseNetwork(entry.trim());
    if (network === undefined) {
      context.addIssue({
        code: 'custom',
        message: 'must be addresses or networks (10.0.0.0/8), comma-separated',
      });
    }
    return network ?? [];
  }),
);

/** All with a prefix: request-filtering-agent compares a single address by its letters, a network by its bits. */
const prefixes = networks.transform((all) => all.map(({ address, prefix }) => `${address}/${prefix}`));

/** Each may be read from the file that `<name>_FILE` names instead. */
const inFiles = ['SECRET_KEYS', 'ADMIN_TOKEN', 'REDIS_URL', 'MONGO_URL', 'ALERT_WEBHOOK_URL'];
/** Where the operating system's programs look for them too. */
const lowerCase = ['HTTPS_PROXY', 'NO_PROXY'];

/** Every variable the product reads, its check and its default. docker-compose.yml and the READMEs are held against it. */
export const environment = z.object({
  /** Where browsers reach the ingress. https makes cookies `__Host-` and Secure. */
  PUBLIC_URL: webOrigin.default('http://127.0.0.1:8081'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port.default(8081),
  ADMIN_HOST: z.string().min(1).default('127.0.0.1'),
  ADMIN_PORT: port.default(8082),
  WORKER_ADMIN_PORT: port.default(8083),
  /** Addresses or networks of reverse proxies: their X-Forwarded-For says who a request is from. None: it counts for nothing. */
  TRUSTED_PROXIES: networks.default([]),
  /** Addresses or networks from which logos are fetched though they are not public: the installation's own. */
  LOGO_ADDRESSES: prefixes.default([]),
  REDIS_URL: redisUrls,
  MONGO_URL: mongoUrl,
  WECHAT_API_URL: webOrigin.default('https://api.weixin.qq.com'),
  /** By way of which the workers reach WeChat, unless NO_PROXY names its host. */
  HTTPS_PROXY: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }).optional(),
  NO_PROXY: z.string().default(''),
  WECHAT_OPEN_URL: webOrigin.default('https://open.weixin.qq.com'),
  SECRET_KEYS: secretKeys,
  ADMIN_TOKEN: z.string().min(16, 'must have at least 16 characters'),
  /** Lets the queue dashboard retry and remove jobs. */
  ADMIN_WRITABLE: flag.default(false),
  /** Jobs in flight in one worker process. 400 carries 1,000 logins a second at two WeChat calls of 150 ms. */
  WORKER_CONCURRENCY: wholeNumber(1, 10_000).default(400),
  /** Code exchanges of one account in a minute, all workers together. WeChat allows 50,000, and often far fewer. */
  ACCOUNT_CALLS_PER_MINUTE: wholeNumber(60, 10_000_000).default(45_000),
  /** QR pages that computers of one address open for one enterprise in a minute: an office is one address. */
  SCANS_PER_MINUTE: wholeNumber(1, 1_000_000).default(600),
  /** Where operators reach the admin listener; https makes their cookie `__Host-` and Secure. */
  ADMIN_URL: webOrigin.optional(),
  /** Where incidents are sent: JSON, or a WeCom group robot's text. It may hold a key. */
  ALERT_WEBHOOK_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
    .optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** After SIGTERM the ingress serves on for this long while /readyz says 503, for balancers to send people elsewhere. */
  DRAIN_MS: wholeNumber(0, 5_000).default(4_000),
  /** First part of every Redis key, so that several installations can share one Redis. */
  REDIS_PREFIX: z
    .string()
    .regex(/^[0-9A-Za-z_-]{1,40}$/, 'must be 1 to 40 letters, digits, - or _')
    .default('wechat'),
  /** Queues the accounts are spread over. The same in every process; more than one only pays on a Redis Cluster. */
  QUEUE_SHARDS: wholeNumber(1, 256).default(1),
  /** What is counted for operators is kept by minutes of so many ms; tests shorten it, and every window with it. */
  COUNTED_MINUTE_MS: wholeNumber(500, 60_000).default(60_000),
  /** How long a WeChat code lives. WeChat's is five minutes; tests shorten it. */
  CODE_LIFETIME_MS: wholeNumber(1_000, 300_000).default(300_000),
  /** A callback waits so long for its login's end, and leads straight to the host when it is there by then; 0: never. */
  CALLBACK_HOLD_MS: wholeNumber(0, 5_000).default(500),
  /** Longest wait for one answer of WeChat: a call that is given up has often spent the code, so a slow one is waited for. */
  WECHAT_TIMEOUT_MS: wholeNumber(100, 30_000).default(6_000),
});

export type Config = Readonly<z.infer<typeof environment>>;

/** Reads the environment once; an empty value counts as absent. Throws {@link ConfigError} with every fault in it. */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const given: Record<string, string | undefined> = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  for (const name of lowerCase) given[name] ??= given[name.toLowerCase()];
  const { read, faults: unread } = readSecretFiles(given, inFiles);
  Object.assign(given, read);
  const result = environment.safeParse(given);
  if (result.success && unread.length === 0) return Object.freeze(result.data);
  // Of one that could not be read its own fault is enough.
  const issues = (result.error?.issues ?? []).filter(
    ({ path: [name] }) => !unread.some((fault) => fault.startsWith(`${String(name)}_FILE:`)),
  );
  const faults = issues.map((issue) => {
    const missing = given[String(issue.path[0])] === undefined;
    return `${String(issue.path[0])}: ${missing ? 'is required' : issue.message}`;
  });
  const told = [...unread, ...faults].map((fault) => `  ${fault}`);
  throw new ConfigError(`The environment is not usable:\n${told.join('\n')}`);
}
