import type { Context } from 'koa';
import type { Logger } from 'pino';
import type { Problem } from '#ingress/http/problem.ts';
import { requestIdOf } from '#operations/request-id.ts';
import { createSampledLog } from '#operations/sampled-log.ts';
import { scrubText } from '#operations/scrub.ts';

export type RequestLog = ReturnType<typeof createRequestLog>;

/**
 * The log line of a request that was not served. A fault of ours is written whole. A refusal, also that of a store that is
 * away, is one short line, and of many alike the first few: whoever scans or floods us must not fill the log.
 */
export function createRequestLog(log: Logger) {
  const sampled = createSampledLog(log, { first: 10 });

  return function logFailure(ctx: Context, error: unknown, { status, code, fields, cause }: Problem): void {
    const { method } = ctx;
    const route = ctx['_matchedRoute'] === undefined ? 'none' : String(ctx['_matchedRoute']);
    const about = { requestId: requestIdOf(ctx), method, route, status, error: code };
    if (status >= 500 && status !== 503) {
      log.error({ ...about, err: error }, 'request failed');
      return;
    }
    // Told by the doorkeeper, with the address.
    if (status === 401 || status === 429) return;
    const because = cause instanceof Error && { cause: scrubText(cause.message).slice(0, 200) };
    sampled.write(
      `${route} ${status} ${code} ${fields}`,
      'info',
      { ...about, ...because, ...(fields.length > 0 && { fields }) },
      'request refused',
    );
  };
}
