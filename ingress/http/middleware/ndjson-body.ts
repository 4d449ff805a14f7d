import { bodyParser } from '@koa/bodyparser';
import type { Middleware } from 'koa';
import compose from 'koa-compose';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';

/** There is no registered one; these are in use. */
const types = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];

/**
 * Reads a body of JSON lines into `ctx.request.body`, as one text. `limit` is in bytes, after any decompression. Throws a
 * Problem for all else.
 */
export function ndjsonBody(limit: number): Middleware {
  return compose([
    async function requireNdjson(ctx, next) {
      const type = ctx.request.is(...types);
      if (type === null || ctx.request.length === 0)
        throw invalidRequest('A body of JSON lines is required.');
      if (type === false) {
        throw new Problem(415, 'unsupported_media_type', `The Content-Type must be ${types[0]}.`);
      }
      // Known before a byte of it is read.
      if ((ctx.request.length ?? 0) > limit) throw tooLarge(limit);
      await next();
    },
    bodyParser({
      enableTypes: ['text'],
      extendTypes: { text: types },
      textLimit: `${limit}b`,
      onError(error) {
        const { status } = error as Error & { status?: number };
        if (status === 413) throw tooLarge(limit);
        if (status === 415) {
          throw new Problem(415, 'unsupported_media_type', 'The Content-Encoding is not supported.');
        }
        throw invalidRequest('The body cannot be read.');
      },
    }) as Middleware,
  ]);
}

function tooLarge(limit: number): Problem {
  // What is left of the body is not worth reading.
  const headers = { Connection: 'close' };
  return new Problem(413, 'too_large', `The body must not be larger than ${limit} bytes. Send it in parts.`, {
    headers,
  });
}
