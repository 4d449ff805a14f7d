import { once } from 'node:events';
import { createServer } from 'node:net';

export const wantedAddress =
  'this machine’s address in your network, such as 192.168.1.20, or a name that leads to it; without http:// and port';

/** Rejects, with a sentence for the person, when nothing can listen at this address. */
export async function tryAddress(address: string): Promise<void> {
  const server = createServer();
  server.listen({ host: address, port: 0 });
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    const isUnknown = cause.code === 'ENOTFOUND' || cause.code === 'EAI_AGAIN';
    const why = isUnknown ? 'there is no such name' : 'it is no address of this machine';
    throw new Error(`DEMO_ADDRESS=${address}: ${why} (${cause.code}). It must be ${wantedAddress}.`, {
      cause,
    });
  });
  server.close();
}
