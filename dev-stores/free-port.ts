import { randomInt } from 'node:crypto';
import getPort from 'get-port';

/**
 * A free port below the range from which systems number outgoing connections. From inside that range, a client
 * that keeps trying a crashed server could be given the server's own port, connect to itself, and hold it.
 * A Redis Cluster node also listens on the port 10,000 above, which stays below that range too.
 */
export function freePort(): Promise<number> {
  return getPort({ port: Array.from({ length: 20 }, () => randomInt(20_000, 22_700)) });
}
