import { bodyParser } from '@koa/bodyparser';
import type { Middleware } from 'koa';
import compose from 'koa-compose';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';

/** Reads a JSON body into `ctx.request.body`; `limit` is in bytes, after any decompression. Throws a Problem for all else. */
export function jsonBody(limit: number): Middleware {
  return compose([
    async function requireJson(ctx, next) {
      const type = ctx.request.is('application/json');
      if (type === null || ctx.request.length === 0) throw invalidRequest('A JSON body is required.');
      if (type === false) {
        throw new Problem(415, 'unsupported_media_type', 'The Content-Type must be application/json.');
      }
      await next();
    },
    bodyParser({
      enableTypes: ['json'],
      jsonLimit: `${limit}b`,
      onError(error) {
        throw toProblem(error, limit);
      },
    }) as Middleware,
  ]);
}

/** The same where there is a body; `ctx.request.body` is undefined where there is none. */
export function optionalJsonBody(limit: number): Middleware {
  const read = jsonBody(limit);
  return function optionalJsonBody(ctx, next) {
    const isEmpty = ctx.request.length === 0 || ctx.request.is() === null;
    return isEmpty ? next() : read(ctx, next);
  };
}

/** The parser's own message quotes the body, so none of it is passed on. */
function toProblem(error: Error, limit: number): Problem {
  const { status } = error as Error & { status?: number };
  if (status === 413) {
    // What is left of the body is not worth reading.
    const headers = { Connection: 'close' };
    return new Problem(413, 'too_large', `The body must not be larger than ${limit} bytes.`, { headers });
  }
  if (status === 415) {
    return new Problem(415, 'unsupported_media_type', 'The Content-Encoding is not supported.');
  }
  return invalidRequest('The body is not JSON.');
}
