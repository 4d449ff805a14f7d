import { connect } from 'node:net';

export type Answer = {
  readonly status: number;
  readonly location: string;
  readonly cookie: string;
  readonly body: string;
  /** Seconds, of an answer that says to come again later. */
  readonly retryAfter?: number;
};
export type Connection = ReturnType<typeof createConnection>;

const isChunked = /\r\ntransfer-encoding: *chunked/i;
const lastChunk = '\r\n0\r\n\r\n';
const contentLength = /\r\ncontent-length: *(\d+)/i;
const location = /\r\nlocation: *([^\r]*)/i;
const retryAfter = /\r\nretry-after: *(\d+)/i;
/** A server that takes so many requests over one connection says so with the last answer. */
const isLast = /\r\nconnection: *close/i;
const setCookie = /\r\nset-cookie: *([^;\r]*)/gi;

/**
 * One keep-alive connection that sends GETs one after the other. Much less than a client: it knows only what the
 * subjects answer, so that the driver takes as little of the two cores as it can.
 */
export function createConnection(origin: string) {
  const { hostname, port, host } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true }).setEncoding('latin1');
  let received = '';
  let waiting: PromiseWithResolvers<Answer> | undefined;
  let onPart: ((soFar: string) => void) | undefined;
  let end: Error | undefined;

  function take(): void {
    const headEnd = received.indexOf('\r\n\r\n');
    if (headEnd < 0 || waiting === undefined) return;
    const head = received.slice(0, headEnd);
    const status = Number(head.slice(9, 12));
    if (isChunked.test(head)) {
      onPart?.(joined(received.slice(headEnd + 4)));
      if (!received.endsWith(lastChunk)) return;
      finish(head, status, joined(received.slice(headEnd + 4)));
      return;
    }
    const length = Number(contentLength.exec(head)?.[1] ?? (status === 200 ? Number.NaN : 0));
    if (Number.isNaN(length)) {
      // It ends with its connection: nothing here waits for that.
      socket.destroy(new Error('an answer told no length'));
      return;
    }
    if (received.length < headEnd + 4 + length) return;
    finish(head, status, received.slice(headEnd + 4, headEnd + 4 + length));
  }

  function finish(head: string, status: number, body: string): void {
    const pause = status === 503 ? retryAfter.exec(head)?.[1] : undefined;
    const answer = {
      status,
      location: location.exec(head)?.[1] ?? '',
      cookie: [...head.matchAll(setCookie)].map(([, pair]) => pair).join('; '),
      body,
      ...(pause !== undefined && { retryAfter: Number(pause) }),
    };
    received = '';
    if (isLast.test(head)) end = new Error('the server ends the connection');
    const asked = waiting;
    waiting = undefined;
    asked?.resolve(answer);
  }

  socket.on('data', (chunk: string) => {
    received += chunk;
    take();
  });
  socket.on('error', (error) => {
    end = error;
  });
  socket.on('close', () => {
    end ??= new Error('the server closed the connection');
    waiting?.reject(end);
  });

  return {
    /**
     * `headers`: whole lines, each with its line end. `partCame` is called with what is there of an answer that comes in parts.
     */
    get(path: string, headers: string, partCame?: (soFar: string) => void): Promise<Answer> {
      onPart = partCame;
      if (end) return Promise.reject(end);
      waiting = Promise.withResolvers<Answer>();
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n`);
      return waiting.promise;
    },
    get isClosed() {
      return end !== undefined;
    },
    close: () => socket.destroy(),
  };
}

/** What was sent in chunks, each behind its size. */
function joined(chunks: string): string {
  let body = '';
  for (let at = 0; ; ) {
    const lineEnd = chunks.indexOf('\r\n', at);
    const size = Number.parseInt(chunks.slice(at, lineEnd), 16);
    if (!(size > 0)) return body;
    body += chunks.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + 2 + size + 2;
  }
}

/** Keeps idle connections, of each origin in turn; there are as many as requests were ever under way at once. */
export function createConnectionPool(origins: readonly string[]) {
  const pools = origins.map((origin) => ({ origin, idle: [] as Connection[] }));
  let turn = 0;
  return {
    async get(path: string, headers: string): Promise<Answer> {
      const pool = pools[turn++ % pools.length];
      if (pool === undefined) throw new RangeError('a pool needs an origin');
      for (let kept = pool.idle.pop(); kept !== undefined; kept = pool.idle.pop()) {
        if (kept.isClosed) continue;
        try {
          return await getOver(kept, pool.idle, path, headers);
        } catch {
          // The server closed it, idle, as the request was on its way: a browser asks again over a new one.
          break;
        }
      }
      return getOver(createConnection(pool.origin), pool.idle, path, headers);
    },
    close(): void {
      for (const { idle } of pools) for (const connection of idle.splice(0)) connection.close();
    },
  };
}

async function getOver(
  connection: Connection,
  idle: Connection[],
  path: string,
  headers: string,
): Promise<Answer> {
  const answer = await connection.get(path, headers);
  if (connection.isClosed) connection.close();
  else idle.push(connection);
  return answer;
}
