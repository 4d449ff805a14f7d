import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import { isStoreAway } from '#connections/store-away.ts';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';
import { createRequestLog } from '#ingress/http/request-log.ts';
import { UnreadableRequest } from '#operations/bound-request.ts';

/** How long a host or operator waits before it asks again, while a store is away. */
const retryAfterSeconds = 2;

/** Turns whatever a route throws into `{"error", "error_description"}`. Only a Problem's own words leave the house. */
export function jsonErrors(log: Logger): Middleware {
  const logFailure = createRequestLog(log);
  return async function jsonErrors(ctx, next) {
    try {
      await next();
    } catch (error) {
      const problem = toProblem(error);
      logFailure(ctx, error, problem);
      ctx.status = problem.status;
      ctx.set(problem.headers);
      ctx.body = { error: problem.code, error_description: problem.message };
    }
  };
}

/** What the caller may know of an error. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof UnreadableRequest) return invalidRequest(error.message);
  if (isStoreAway(error)) {
    return new Problem(
      503,
      'temporarily_unavailable',
      'A store cannot be reached at the moment. Try again.',
      {
        headers: { 'Retry-After': String(retryAfterSeconds) },
        cause: error,
      },
    );
  }
  // A library's word for a request it cannot make sense of, such as a path that leads out of a folder.
  const { status } = (error ?? {}) as { status?: unknown };
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new Problem(400, 'invalid_request', 'The request cannot be read.', { cause: error });
  }
  return new Problem(500, 'internal', 'Something went wrong on our side.', { cause: error });
}
