import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/** The body for what could not be read: nothing is known of the request but that. */
export type UnreadableBody = (status: number) => { readonly type: string; readonly body: string };

export const unreadableJson: UnreadableBody = () => ({
  type: 'application/json; charset=utf-8',
  body: '{"error":"invalid_request","error_description":"The request cannot be read, or is too large."}',
});

const statuses = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
]);
/** A peer that is still sending hears our answer only if what it sends is taken. */
const lingerMs = 1_000;

/** Node's code of what is wrong with a request that its parser gave up, as a status; undefined: the peer has left. */
export function statusOf(code: string | undefined): number | undefined {
  if (code === 'ECONNRESET' || code === 'EPIPE') return undefined;
  return statuses.get(code ?? '') ?? 400;
}

/** Answers and ends the connection. Node's own answer would be the bare status. */
export function answerUnreadable(socket: Socket, status: number, bodyOf: UnreadableBody): void {
  const { type, body } = bodyOf(status);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Cache-Control: no-store',
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options: nosniff',
    `Content-Type: ${type}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.resume();
  setTimeout(() => socket.destroy(), lingerMs).unref();
}
