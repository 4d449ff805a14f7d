import { bodyParser } from '@koa/bodyparser';
import type { Middleware } from 'koa';
import compose from 'koa-compose';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';

/**
 * Reads a small form, or the same as JSON, into `ctx.request.body`; `limit` is in bytes, after any decompression. A field that
 * comes twice is a list, which no schema of ours takes. Throws a Problem for all else.
 */
export function formBody(limit: number): Middleware {
  return compose([
    async function requireForm(ctx, next) {
      const type = ctx.request.is('application/x-www-form-urlencoded', 'application/json');
      if (type === null || ctx.request.length === 0) throw invalidRequest('A form is required.');
      if (type === false)
        throw new Problem(415, 'unsupported_media_type', 'The Content-Type must be that of a form, or JSON.');
      await next();
    },
    bodyParser({
      enableTypes: ['form', 'json'],
      formLimit: `${limit}b`,
      jsonLimit: `${limit}b`,
      onError(error) {
        const { status } = error as Error & { status?: number };
        // What is left of the body is not worth reading.
        const headers = { Connection: 'close' };
        if (status === 413)
          throw new Problem(413, 'too_large', `The body must not be larger than ${limit} bytes.`, {
            headers,
          });
        throw invalidRequest('The body cannot be read.');
      },
    }) as Middleware,
  ]);
}
