import type { Context, Middleware } from 'koa';
import type { Logger } from 'pino';
import { languageOfPage, lookOf, type Worn } from '#ingress/browser/pages/look.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import { startPath } from '#ingress/browser/start-path.ts';
import { toProblem } from '#ingress/http/middleware/json-errors.ts';
import { pageCode } from '#ingress/http/page-code.ts';
import { createRequestLog } from '#ingress/http/request-log.ts';
import { wayOnOf } from '#ingress/http/way-on.ts';
import { isBounded } from '#operations/bound-request.ts';

/**
 * Turns whatever a browser's route throws into a page; for a 503 into one that repeats the same request by itself. `enterpriseOf`: whose
 * link it is, if that is known without asking anybody.
 */
export function errorPage({
  pages,
  enterpriseOf,
  log,
}: {
  pages: Pages;
  enterpriseOf: (ctx: Context) => Worn | undefined;
  log: Logger;
}): Middleware {
  const logFailure = createRequestLog(log);
  return async function errorPage(ctx, next) {
    try {
      await next();
    } catch (error) {
      const problem = toProblem(error);
      if (isForProgram(ctx.path) || !ctx.accepts('html')) throw problem;
      const { status, code } = problem;
      logFailure(ctx, error, problem);
      // What is refused for its size costs no more than its refusal.
      const isReadable = isBounded(ctx);
      const lang = languageOfPage(ctx);
      // Of what is not there all pages are alike, to the byte: what another browser has is nothing to this one.
      const enterprise = status === 404 || !isReadable ? undefined : enterpriseOf(ctx);
      const told =
        status === 404
          ? {}
          : { supportCode: pageCode(ctx), ...(isReadable && lookOf(ctx, enterprise, lang)) };
      const wayOnUrl = wayOnOf(ctx) ?? (enterprise && startPath(enterprise));
      const retryAfterSeconds = Number(problem.headers['Retry-After']);
      ctx.status = status;
      ctx.set(problem.headers);
      ctx.body =
        status === 503 && ctx.method === 'GET'
          ? pages.retrying({ lang, retryAfterSeconds, ...told })
          : pages.problem({ lang, status, code, wayOnUrl, ...told });
    }
  };
}

/** Programs get JSON, whatever they say they accept. */
function isForProgram(path: string): boolean {
  return path.startsWith('/v1/') || path.endsWith('/status');
}
