import { type Answer, type Connection, createConnection } from '#bench/driver/connection.ts';

/** `fetch` as a page's script uses it, over a connection of its own, as each phone has one. */
export function createPageFetch(
  origin: string,
  headers: string,
  on: { readonly answer: (answer: Answer) => void; readonly failure: () => void },
) {
  let connection: Connection | undefined;

  async function get(path: string): Promise<Answer> {
    if (connection === undefined || connection.isClosed) connection = createConnection(origin);
    return connection.get(path, headers);
  }

  async function fetch(path: string, { signal }: { signal?: AbortSignal }) {
    const close = () => connection?.close();
    signal?.addEventListener('abort', close);
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
      if (!signal?.aborted) on.failure();
      throw error;
    } finally {
      signal?.removeEventListener('abort', close);
    }
  }

  return { get, fetch, close: () => connection?.close() };
}
