import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { digest } from '#operations/digest.ts';
import type { Doorkeeper } from '#operations/doorkeeper.ts';

/**
 * A client's assertion (`private_key_jwt`) that is refused counts like a wrong secret: it is written down, and after some of them
 * whoever sends more is told to wait. A right one always passes, as the library has judged it before.
 */
export function brakeAssertions(provider: Provider, doorkeeperOf: (clientId: string) => Doorkeeper): void {
  provider.use(async function brakeAssertions(ctx, next) {
    await next();
    const { client, params } = (ctx as KoaContextWithOIDC).oidc;
    const assertion = params?.['client_assertion'];
    if (ctx.status !== 401 || client?.clientAuthMethod !== 'private_key_jwt' || !assertion) return;
    const doorkeeper = doorkeeperOf(client.clientId);
    const given = digest(String(assertion));
    const seconds = await doorkeeper.secondsToWait(ctx, given);
    if (seconds === 0) return doorkeeper.turnAway(ctx, given, { client_id: client.clientId });
    doorkeeper.putOff();
    ctx.status = 429;
    ctx.set('Retry-After', String(seconds));
    ctx.body = { error: 'too_many_requests', error_description: 'too many wrong assertions' };
  });
}
