import type { IncomingMessage } from 'node:http';

const maxBytes = 1 << 20;

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** Throws BodyTooLarge above 1 MiB; reads on to the end first, since a caller cut short sees a reset and not the answer. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= maxBytes) chunks.push(chunk);
  }
  if (length > maxBytes) throw new BodyTooLarge('The body is larger than 1 MiB.');
  return Buffer.concat(chunks).toString('utf8');
}
