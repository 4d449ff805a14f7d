import type { RouterContext } from '@koa/router';
import type { Context } from 'koa';
import mongoose from 'mongoose';
import { checkInput } from '#ingress/http/check-input.ts';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';
import { audit, changed } from '#ingress/operator/audit.ts';
import { clientIdInPath, secretRotationForm } from '#ingress/operator/client-form.ts';
import { noteChange } from '#ingress/operator/log-changes.ts';
import { createApiKey } from '#ingress/operator/rotate-key.ts';
import { changedMeanwhile, ofVersion, type Version, versionOf } from '#ingress/operator/version.ts';
import type { ClientModel } from '#models/documents/client.ts';
import { digest } from '#operations/digest.ts';

/**
 * POST /v1/clients/{client_id}/rotate-secret: a new secret. The one before ends now, or after `keep_old_for` seconds; the one
 * before that ends in any case.
 */
export function rotateSecret(clients: ClientModel) {
  const rotate = createRotateSecret(clients);
  return async function rotateSecret(ctx: RouterContext): Promise<void> {
    const clientId = checkInput(clientIdInPath, ctx.params).client_id;
    ctx.body = await rotate(ctx, clientId, ctx.request.body ?? {});
  };
}

/**
 * The same for whoever asks; of one `version` only where that matters. Answers the new secret, told once. Throws a Problem, and
 * what MongoDB throws.
 */
export function createRotateSecret(clients: ClientModel) {
  return async (ctx: Context, clientId: string, given: unknown, version?: Version) => {
    const { keep_old_for: seconds } = checkInput(secretRotationForm, given);
    const secret = createApiKey();
    const until = new Date(Date.now() + seconds * 1_000);
    const keepOld = { previousSecretDigest: '$secretDigest', previousSecretUntil: until };
    // One step, so that of two rotations at once the second keeps the first one's secret, and none an older one.
    const update = [
      { $set: { ...(seconds > 0 && keepOld), secretDigest: digest(secret) } },
      ...(seconds > 0 ? [] : [{ $unset: ['previousSecretDigest', 'previousSecretUntil'] }]),
    ];
    const hasOne = {
      clientId,
      secretDigest: mongoose.trusted({ $type: 'string' as const }),
      ...ofVersion(version),
    };
    await audit(ctx, {
      action: 'rotate the secret',
      object: `client ${clientId}`,
      after: { client_secret: changed, keep_old_for: seconds },
    });
    const { matchedCount } = await clients
      .updateOne(hasOne, update, { updatePipeline: true })
      .maxTimeMS(2_000);
    if (matchedCount === 0) throw await whyNot(clientId, version);
    noteChange(ctx, { client_id: clientId, fields: ['client_secret'] });
    const old = seconds > 0 && { old_secret_until: until.toISOString() };
    return { client_id: clientId, client_secret: secret, ...old };
  };

  async function whyNot(clientId: string, version: Version): Promise<Problem> {
    const found = await clients.findOne({ clientId }).maxTimeMS(2_000).lean();
    const isThere = found !== null;
    if (isThere && version !== undefined && versionOf(found) !== version) return changedMeanwhile();
    return isThere
      ? invalidRequest('The client has no secret: see its token_endpoint_auth_method.')
      : new Problem(404, 'not_found', 'There is no such client.');
  }
}
