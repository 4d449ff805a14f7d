import type { ExecutionContext } from 'ava';
import { startRedisCluster } from '#stores/start-redis-cluster.ts';
import { withProxy } from './with-proxy.ts';
import { withRedis } from './with-redis.ts';

/**
 * The run's Redis by way of a proxy that can take it away, and a prefix on it. Where the run has a cluster this is
 * another one, with a proxy before each node: a cluster tells its clients where its nodes are, so these name the proxies.
 */
export async function withRedisProxy(t: Pick<ExecutionContext, 'teardown'>) {
  const { url: direct, prefix } = withRedis(t);
  const ports = direct.split(',').map((node) => Number(new URL(node).port));
  const targets = ports.map((port) => ({ host: '127.0.0.1', port }));
  const proxies = await Promise.all(targets.map((target) => withProxy(t, target)));
  if (ports.length > 1) {
    const cluster = await startRedisCluster({ announcedPorts: proxies.map(({ port }) => port) });
    t.teardown(cluster.close);
    for (const [at, { port }] of cluster.nodes.entries()) Object.assign(targets[at] ?? {}, { port });
  }
  const all = (what: 'cut' | 'hang' | 'heal') => () => {
    for (const proxy of proxies) proxy[what]();
  };
  const url = proxies.map(({ port }) => `redis://127.0.0.1:${port}`).join(',');
  return { url, prefix, cut: all('cut'), hang: all('hang'), heal: all('heal') };
}
