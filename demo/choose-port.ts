import getPort from 'get-port';
import { freePort } from '#dev-stores/free-port.ts';

/** The wanted port, or, when somebody has it, another one, which `tell` hears of. 0 is any free one. */
export async function choosePort(wanted: number, tell: (other: number) => void): Promise<number> {
  if (wanted === 0) return freePort();
  if ((await getPort({ port: wanted })) === wanted) return wanted;
  const port = await freePort();
  tell(port);
  return port;
}
