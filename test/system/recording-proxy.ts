import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A way to WeChat's API that notes every credential and openid on it, in queries and answers alike. */
export async function startRecordingProxy(target: () => string) {
  const seen = new Set<string>();
  const note = (value: unknown) => {
    if (typeof value === 'string' && value.length >= 8) seen.add(value);
  };
  const names = ['access_token', 'refresh_token', 'openid', 'unionid', 'code', 'secret'];

  const server = createServer((incoming, outgoing) => {
    const query = new URL(incoming.url ?? '/', 'http://localhost').searchParams;
    for (const name of names) note(query.get(name));
    const { method = 'GET', headers, url = '/' } = incoming;
    const onward = request(target() + url, { method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        outgoing.write(chunk);
      });
      answer.on('close', () => {
        const text = Buffer.concat(chunks).toString();
        for (const [, value] of text.matchAll(new RegExp(`"(?:${names.join('|')})":"([^"]+)`, 'g')))
          note(value);
        if (answer.complete) outgoing.end();
        else outgoing.destroy();
      });
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    onward.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
