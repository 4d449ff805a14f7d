import { Agent, type IncomingHttpHeaders, request } from 'node:http';

export type Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** A page whose connection broke after it could be drawn. */
  readonly isCut?: boolean;
};
export type Browser = ReturnType<typeof createBrowser>;

/** The connection broke, or nothing came in time: whether the request was carried out is unknown. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** The page itself gives a poll up after 35 s. */
const answerWithinMs = 35_000;
const userAgent =
  'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile Safari/537.36 MicroMessenger/8.0.50';
const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 2_000 });

type Wish = { method?: string; headers?: Record<string, string>; body?: string };

export function send(
  origin: string,
  path: string,
  { method = 'GET', headers = {}, body }: Wish = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const url = new URL(origin);
  const sent = request(
    {
      agent,
      host: url.hostname,
      port: url.port,
      path,
      method,
      headers: { 'user-agent': userAgent, ...headers },
    },
    (answer) => {
      const chunks: string[] = [];
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => chunks.push(chunk));
      const whole = () => ({
        status: answer.statusCode ?? 0,
        headers: answer.headers,
        body: chunks.join(''),
      });
      const cut = () => {
        const isDrawn = answer.statusCode === 200 && chunks.some((chunk) => chunk.includes('</script>'));
        if (isDrawn) resolve({ ...whole(), isCut: true });
        else reject(new NoAnswer('broken off'));
      };
      answer.on('end', () => resolve(whole()));
      answer.on('error', cut);
      answer.on('close', cut);
    },
  );
  sent.setTimeout(answerWithinMs, () => sent.destroy(new NoAnswer('timed out')));
  sent.on('error', (error) =>
    reject(
      Object.assign(new NoAnswer('no answer', { cause: error }), {
        code: (error as NodeJS.ErrnoException).code,
      }),
    ),
  );
  sent.end(body);
  return promise;
}

/**
 * A browser with its cookies before a load balancer that, as they do, tries the next server when one refuses the
 * connection, and passes every other failure on.
 */
export function createBrowser(servers: readonly string[], first: number) {
  const cookies = new Map<string, string>();
  let current = first;

  async function balanced(path: string, wish: Wish): Promise<Answer> {
    for (let tried = 0; ; tried += 1) {
      try {
        return await send(servers[current % servers.length] ?? '', path, wish);
      } catch (error) {
        if ((error as { code?: string }).code !== 'ECONNREFUSED' || tried + 1 >= servers.length) throw error;
        current += 1;
      }
    }
  }

  return {
    /** Throws {@link NoAnswer}. */
    async visit(path: string, wish: Wish = {}): Promise<Answer> {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await balanced(path, {
        ...wish,
        headers: { accept: 'text/html,application/json', ...(cookie && { cookie }), ...wish.headers },
      });
      for (const line of answer.headers['set-cookie'] ?? []) {
        const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      return answer;
    },
  };
}
