import { request } from 'undici';
import { listen } from '#operations/http-server.ts';

/** `away`: the service cannot be asked. `lost`: it did what it was asked, and its answer is lost on the way. */
type Fault = 'away' | 'lost';

/** Stands between a host's backend and the service, hears what is asked, and plays the network's faults. */
export async function startFront(ingressUrl: string) {
  const asked: { path: string; key: string | undefined }[] = [];
  const faults: Fault[] = [];
  const { url, close } = await listen(
    async (incoming, answer) => {
      const { url: path = '', method = '', headers } = incoming;
      asked.push({ path, key: headers['idempotency-key'] as string | undefined });
      const fault = faults.shift();
      if (fault === 'away') {
        answer.writeHead(503, { 'content-type': 'application/json' });
        answer.end('{"error":"temporarily_unavailable"}');
        return;
      }
      const { authorization = '', 'content-type': type = '' } = headers;
      const { statusCode, body } = await request(ingressUrl + path, {
        method: method as 'POST',
        headers: {
          authorization,
          'content-type': type,
          ...(headers['idempotency-key'] && { 'idempotency-key': headers['idempotency-key'] }),
        },
        body: incoming,
      });
      const text = await body.text();
      if (fault === 'lost') {
        answer.destroy();
        return;
      }
      answer.writeHead(statusCode, { 'content-type': 'application/json' });
      answer.end(text);
    },
    { host: '127.0.0.1', port: 0 },
  );
  return {
    url,
    close,
    /** What was asked, in order, from here on. */
    listenTo() {
      asked.length = 0;
      return asked;
    },
    /** What happens to the requests that come next. */
    fail: (...next: Fault[]) => void faults.push(...next),
  };
}
