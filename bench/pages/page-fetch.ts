import { type Answer, type Connection, createConnection } from '#bench/driver/connection.ts';

/** So long nobody else tries a server that refused one. */
const closedForMs = 20;
const closed = new Error('the server is away');

/**
 * Where thousands of pages find their server. While it is away, those whose time has come would keep this process busy with
 * connections in vain, on cores that the next server needs to start; phones would not. So one tries for all of them.
 */
export function createDoor(origin: string) {
  let refusedAt = Number.NEGATIVE_INFINITY;
  return {
    open(): Connection {
      if (performance.now() - refusedAt < closedForMs) throw closed;
      return createConnection(origin);
    },
    failed(error: unknown): void {
      if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') refusedAt = performance.now();
    },
  };
}

/** `fetch` as a page's script uses it, over a connection of its own, as each phone has one. */
export function createPageFetch(
  door: ReturnType<typeof createDoor>,
  headers: string,
  on: { readonly answer: (answer: Answer) => void; readonly failure: () => void },
) {
  let connection: Connection | undefined;
  let isAsking = false;

  async function get(path: string, partCame?: (soFar: string) => void): Promise<Answer> {
    // A question that the script gave up is not waited for.
    if (isAsking) connection?.close();
    if (connection === undefined || connection.isClosed || isAsking) connection = door.open();
    isAsking = true;
    const answer = await connection.get(path, headers, partCame);
    isAsking = false;
    return answer;
  }

  async function fetch(path: string) {
    try {
      const answer = await get(path);
      on.answer(answer);
      return {
        status: answer.status,
        ok: answer.status === 200,
        headers: { get: () => answer.retryAfter ?? null },
        json: async () => JSON.parse(answer.body),
      };
    } catch (error) {
      isAsking = false;
      door.failed(error);
      on.failure();
      throw error;
    }
  }

  return { get, fetch, close: () => connection?.close() };
}
