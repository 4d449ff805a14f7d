import { LRUCache } from 'lru-cache';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Count } from '#models/counts/tally.ts';
import type { Directory } from '#models/documents/directory.ts';
import type { SealedGrants } from '#models/oidc/sealed-grants.ts';

const mostRemembered = 10_000;

/** A client that has its id token has taken the login: each counts once, however often its session is used again. */
export function countRedeemed(
  provider: Provider,
  deps: { count: Count; grants: SealedGrants; directory: Pick<Directory, 'findEnterprise'> },
): void {
  const { count, grants, directory } = deps;
  const counted = new LRUCache<string, true>({ max: mostRemembered });

  async function note({ oidc }: KoaContextWithOIDC): Promise<void> {
    const granted = grants.open(oidc.entities.AuthorizationCode?.grantId);
    const [entId] = oidc.entities.Account?.accountId.split(':', 1) ?? [];
    if (granted === undefined || entId === undefined || counted.has(granted.loginId)) return;
    counted.set(granted.loginId, true);
    const enterprise = await directory.findEnterprise(entId);
    if (enterprise !== undefined) count(enterprise, 'redeemed');
  }

  // Nobody waits for it, and nothing hangs on it.
  provider.on('grant.success', (ctx) => void note(ctx).catch(() => {}));
}
