import { type HttpServer, type listen, listenBeside } from '#operations/http-server.ts';

/**
 * Listens at the wanted port, or, when somebody has it, at a free one. Of two demos that begin at the same moment one gets the port, and
 * keeps it: so the other knows, before it chooses the rest of its ports, that there is one.
 */
export async function listenAsHome(
  handler: Parameters<typeof listen>[0],
  where: { host: string; port: number },
): Promise<HttpServer & { isAsWanted: boolean }> {
  const server = await listenBeside(handler, where);
  return { ...server, isAsWanted: where.port === 0 || server.port === where.port };
}
