import { Router } from '@koa/router';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { optionalJsonBody } from '#ingress/http/middleware/json-body.ts';
import { audit } from '#ingress/operator/audit.ts';
import { keyRotationForm } from '#ingress/operator/client-form.ts';
import { noteChange } from '#ingress/operator/log-changes.ts';
import type { SigningKeys } from '#models/documents/signing-keys.ts';

const bodyLimit = 1_024;

/**
 * POST /v1/signing-keys/rotate: new keys for id tokens, published now and signing after `publish_for` seconds. Asked again before
 * that it makes no others, and they sign as soon as the earlier of the two says.
 */
export function rotateSigningKeys({ keys }: { keys: Pick<SigningKeys, 'rotate' | 'removeRetired'> }): Router {
  const router = new Router({ prefix: '/v1/signing-keys', sensitive: true });
  router.post('/rotate', optionalJsonBody(bodyLimit), async (ctx) => {
    const { publish_for: seconds } = checkInput(keyRotationForm, ctx.request.body ?? {});
    await audit(ctx, { action: 'rotate', object: 'signing keys', after: { publish_for: seconds } });
    const known = await keys.rotate(seconds);
    await keys.removeRetired();
    noteChange(ctx, { fields: ['signing_keys'] });
    ctx.body = {
      keys: known.map(({ kid, alg, state, usedFrom }) => ({
        kid,
        alg,
        state,
        used_from: usedFrom.toISOString(),
      })),
    };
  });
  router.all('/rotate', allowOnly('POST'));
  return router;
}
