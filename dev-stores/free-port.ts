import { randomInt } from 'node:crypto';
import getPort from 'get-port';

/**
 * A free port below the range from which systems number outgoing connections. From inside that range, a client
 * that keeps trying a crashed server could be given the server's own port, connect to itself, and hold it.
 * A Redis Cluster node also listens on the port 10,000 above, which is none of these, and below that range too. So many of them,
 * since between the choice and the listening another process may choose the same; browsers refuse 10,080.
 */
export function freePort(): Promise<number> {
  return getPort({ port: Array.from({ length: 20 }, () => randomInt(11_000, 21_000)) });
}
