import getPort from 'get-port';
import { freePort } from '#dev-stores/free-port.ts';

/** The wanted port, or, when somebody has it, another one; `say` tells. 0 is any free one. */
export async function choosePort(wanted: number, what: string, say: (line: string) => void): Promise<number> {
  if (wanted === 0) return freePort();
  if ((await getPort({ port: wanted })) === wanted) return wanted;
  const port = await freePort();
  say(`Port ${wanted} is in use: the ${what} takes ${port}.`);
  return port;
}
