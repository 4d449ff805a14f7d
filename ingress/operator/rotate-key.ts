import { randomBytes } from 'node:crypto';
import type { RouterContext } from '@koa/router';
import type { Context } from 'koa';
import { checkInput } from '#ingress/http/check-input.ts';
import { Problem } from '#ingress/http/problem.ts';
import { audit, changed } from '#ingress/operator/audit.ts';
import { entIdInPath, rotationForm } from '#ingress/operator/forms.ts';
import { noteChange } from '#ingress/operator/log-changes.ts';
import { changedMeanwhile, ofVersion, type Version } from '#ingress/operator/version.ts';
import type { EnterpriseModel } from '#models/documents/enterprise.ts';
import { digest } from '#operations/digest.ts';

export const createApiKey = (): string => randomBytes(32).toString('base64url');

/**
 * POST /v1/enterprises/{ent_id}/rotate-key: a new API key. The one before ends now, or after `keep_old_for` seconds, so that a
 * host can be told of the new one while it works on; the one before that ends in any case.
 */
export function rotateKey(enterprises: EnterpriseModel) {
  const rotate = createRotateKey(enterprises);
  return async function rotateKey(ctx: RouterContext): Promise<void> {
    const entId = checkInput(entIdInPath, ctx.params).ent_id;
    ctx.body = await rotate(ctx, entId, ctx.request.body ?? {});
  };
}

/**
 * The same for whoever asks; of one `version` only where that matters. Answers the new key, told once. Throws a Problem, and what
 * MongoDB throws.
 */
export function createRotateKey(enterprises: EnterpriseModel) {
  return async (ctx: Context, entId: string, given: unknown, version?: Version) => {
    const { keep_old_for: seconds } = checkInput(rotationForm, given);
    const key = createApiKey();
    const until = new Date(Date.now() + seconds * 1_000);
    // One step, so that of two rotations at once the second keeps the first one's key, and none an older one.
    const update =
      seconds > 0
        ? [
            {
              $set: {
                previousKeyDigest: '$apiKeyDigest',
                previousKeyUntil: until,
                apiKeyDigest: digest(key),
              },
            },
          ]
        : {
            $set: { apiKeyDigest: digest(key) },
            $unset: { previousKeyDigest: 1 as const, previousKeyUntil: 1 as const },
          };
    await audit(ctx, {
      action: 'rotate the API key',
      object: `enterprise ${entId}`,
      after: { api_key: changed, keep_old_for: seconds },
    });
    const { matchedCount } = await enterprises
      .updateOne({ entId, ...ofVersion(version) }, update, { updatePipeline: true })
      .maxTimeMS(2_000);
    if (matchedCount === 0 && version !== undefined) throw changedMeanwhile();
    if (matchedCount === 0) throw new Problem(404, 'not_found', 'There is no such enterprise.');
    noteChange(ctx, { ent_id: entId, fields: ['api_key'] });
    return { ent_id: entId, api_key: key, ...(seconds > 0 && { old_key_until: until.toISOString() }) };
  };
}
