import type { RedisOptions } from 'ioredis';

/**
 * What the addresses of REDIS_URL say besides hosts and ports. ioredis reads it from each address for that address alone,
 * and a cluster's other nodes, which it finds by itself, would get neither password nor TLS.
 */
export function sharedOptions(urls: readonly string[]): Pick<RedisOptions, 'username' | 'password' | 'tls'> {
  const { protocol, username, password } = new URL(urls[0] ?? '');
  return {
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}

/** Host and port of each, without credentials. */
export function redisHostsOf(urls: readonly string[]): string {
  return urls.map((url) => new URL(url).host).join(', ');
}
