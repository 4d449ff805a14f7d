import { readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { startRedisCluster } from '#dev-stores/start-redis-cluster.ts';
import { withProxy } from './with-proxy.ts';
import { withRedis } from './with-redis.ts';

/** Of the run's Redis, where it speaks TLS: the proxy is that Redis for whoever connects to it. */
const { TEST_REDIS_KEY: keyFile, NODE_EXTRA_CA_CERTS: certFile } = process.env;

/**
 * The run's Redis by way of a proxy that can take it away, and a prefix on it. Where the run has a cluster this is
 * another one, with a proxy before each node: a cluster tells its clients where its nodes are, so these name the proxies.
 */
export async function withRedisProxy(t: Pick<ExecutionContext, 'teardown'>) {
  const { url: shared, prefix } = withRedis(t);
  const ports = shared.split(',').map((node) => Number(new URL(node).port));
  const targets = ports.map((port) => ({ host: '127.0.0.1', port }));
  const secure =
    shared.startsWith('rediss:') && ports.length === 1 && keyFile && certFile
      ? { key: readFileSync(keyFile), cert: readFileSync(certFile) }
      : undefined;
  const proxies = await Promise.all(targets.map((target) => withProxy(t, target, { secure })));
  let direct = shared.split(',');
  if (ports.length > 1) {
    const cluster = await startRedisCluster({ announcedPorts: proxies.map(({ port }) => port) });
    t.teardown(cluster.close);
    direct = cluster.urls;
    for (const [at, { port }] of cluster.nodes.entries()) Object.assign(targets[at] ?? {}, { port });
  }
  const all = (what: 'cut' | 'heal') => () => {
    for (const proxy of proxies) proxy[what]();
  };
  const hang = (options?: { but?: RegExp }) => {
    for (const proxy of proxies) proxy.hang(options);
  };
  const url = proxies.map(({ port }, at) => withPort(direct[at] ?? '', port)).join(',');
  const silence = (seenPorts?: ReadonlySet<number>) =>
    proxies.reduce((struck, proxy) => struck + proxy.silence(seenPorts), 0);
  return { url, prefix, direct, cut: all('cut'), hang, heal: all('heal'), silence };
}

/** With the scheme and the credentials that it has. */
function withPort(address: string, port: number): string {
  const url = new URL(address);
  url.port = String(port);
  return url.href;
}
