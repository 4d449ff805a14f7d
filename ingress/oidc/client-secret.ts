import { randomBytes } from 'node:crypto';
import { errors, Provider } from 'oidc-provider';
import { readSecrets } from '#ingress/oidc/client-metadata.ts';
import { digest, sameDigest } from '#operations/digest.ts';
import type { Doorkeeper } from '#operations/doorkeeper.ts';

/** Compared with where there is none, so that the answer takes as long as for a wrong one. */
const nobodysDigest = digest(randomBytes(32).toString('base64url'));

/**
 * Replaces the library's comparison of secrets in clear. Who guesses the secret of a client is told to wait; the right secret
 * always passes, since no number of guesses finds 256 random bits. `doorkeeperOf` tells a client's.
 */
export function compareSecretsByDigest(
  provider: Provider,
  doorkeeperOf: (clientId: string) => Doorkeeper,
): void {
  provider.Client.prototype.compareClientSecret = async function compareClientSecret(actual) {
    const doorkeeper = doorkeeperOf(this.clientId);
    const given = digest(actual);
    const ctx = Provider.ctx;
    if (isSecret(given, this.clientSecret)) {
      if (ctx) doorkeeper.letIn(ctx, given);
      return true;
    }
    if (ctx === undefined) return false;
    const seconds = await doorkeeper.secondsToWait(ctx, given);
    if (seconds === 0) {
      await doorkeeper.turnAway(ctx, given, { client_id: this.clientId });
      return false;
    }
    doorkeeper.putOff();
    ctx.set('Retry-After', String(seconds));
    const tooMany = new errors.CustomOIDCProviderError('too_many_requests', 'too many wrong secrets');
    throw Object.assign(tooMany, { status: 429, statusCode: 429 });
  };
}

function isSecret(given: string, known: string | undefined): boolean {
  const { current, previous, until } = readSecrets(known);
  const isCurrent = sameDigest(given, current || nobodysDigest);
  const isPrevious = sameDigest(given, previous ?? nobodysDigest);
  return isCurrent || (isPrevious && Date.now() < until);
}
