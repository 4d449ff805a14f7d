import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Logger } from 'pino';
import { requestIdOf } from '#operations/request-id.ts';
import { createSampledLog } from '#operations/sampled-log.ts';

const refusals = [
  'authorization.error',
  'pushed_authorization_request.error',
  'grant.error',
  'userinfo.error',
  'end_session.error',
  'end_session_confirm.error',
] as const;
/** Answers to questions that a client may ask: nothing is wrong. */
const usual = new Set(['login_required', 'access_denied']);

/**
 * The log line of a request that the library refused: where, and its public word for why; of many alike the first few. What came
 * with the request is not in it, and a wrong secret is the doorkeeper's to tell.
 */
export function tellRefusals(provider: Provider, log: Logger): void {
  const sampled = createSampledLog(log, { first: 10 });

  function tell(ctx: KoaContextWithOIDC, { error }: { error: string }): void {
    if (usual.has(error)) return;
    const { route, client } = ctx.oidc;
    const about = {
      requestId: requestIdOf(ctx),
      method: ctx.method,
      route: `oidc ${route}`,
      status: ctx.status,
      error,
    };
    const known = client && { client_id: client.clientId };
    sampled.write(`oidc ${route} ${error}`, 'info', { ...about, ...known }, 'request refused');
  }

  // Their types name each event apart.
  for (const event of refusals) provider.on(event as 'grant.error', tell);
}
