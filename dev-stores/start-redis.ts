import { Redis } from 'ioredis';
import { findRedis } from './find-redis.ts';
import { freePort } from './free-port.ts';
import type { Certificate } from './make-certificate.ts';
import { createServerProcess } from './server-process.ts';

type RedisOptions = {
  /** The redis-server to run; found or installed when absent. */
  bin?: string;
  /** A free one when absent. */
  port?: number;
  /** Lines of redis.conf that replace or follow the ones here. */
  settings?: Record<string, string>;
  /** TLS alone, and a password. */
  secured?: Secured | undefined;
};

export type Secured = { readonly certificate: Certificate; readonly password: string };

/**
 * Starts a Redis set up as the queue needs it: append-only file on, nothing evicted, loopback only.
 * `crash()` is kill -9, `restart()` starts it again on the same port and data.
 */
export async function startRedis({ bin, port, settings = {}, secured }: RedisOptions = {}) {
  const chosenPort = port ?? (await freePort());
  const url =
    secured === undefined
      ? `redis://127.0.0.1:${chosenPort}`
      : `rediss://:${encodeURIComponent(secured.password)}@127.0.0.1:${chosenPort}`;
  const server = await createServerProcess({
    name: 'redis-server',
    bin: bin ?? (await findRedis()),
    args: (folder) =>
      Object.entries({
        port: String(chosenPort),
        bind: '127.0.0.1',
        dir: folder,
        save: '',
        appendonly: 'yes',
        appendfsync: 'everysec',
        'maxmemory-policy': 'noeviction',
        ...(secured && securedSettings(chosenPort, secured)),
        ...settings,
      }).flatMap(([name, value]) => [`--${name}`, value]),
    askPid: () => askPid(url),
  });

  try {
    await server.start();
  } catch (error) {
    await server.close();
    throw error;
  }

  return Object.assign(server, {
    url,
    port: chosenPort,
    restart: server.start,
    [Symbol.asyncDispose]: server.close,
  });
}

export type RedisStore = Awaited<ReturnType<typeof startRedis>>;

/** Between nodes of a cluster, and from a replica to its primary, as well. */
function securedSettings(port: number, { certificate, password }: Secured): Record<string, string> {
  return {
    port: '0',
    'tls-port': String(port),
    'tls-cert-file': certificate.certFile,
    'tls-key-file': certificate.keyFile,
    'tls-ca-cert-file': certificate.certFile,
    'tls-auth-clients': 'no',
    'tls-replication': 'yes',
    'tls-cluster': 'yes',
    requirepass: password,
    masterauth: password,
  };
}

async function askPid(url: string) {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 1000,
    commandTimeout: 1000,
    retryStrategy: () => null,
  });
  redis.on('error', () => {});
  try {
    await redis.connect();
    // INFO is answered while the data still loads; PING is not.
    await redis.ping();
    return Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
  } finally {
    redis.disconnect();
  }
}
