import type { Context } from 'koa';
import mongoose from 'mongoose';
import { checkInput } from '#ingress/http/check-input.ts';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';
import { audit, difference } from '#ingress/operator/audit.ts';
import { toAnswer, toUpdate } from '#ingress/operator/client-fields.ts';
import { clientForm } from '#ingress/operator/client-form.ts';
import { changedFields, noteChange } from '#ingress/operator/log-changes.ts';
import { isPatch, mergePatch } from '#ingress/operator/merge-patch.ts';
import { createApiKey } from '#ingress/operator/rotate-key.ts';
import {
  changedMeanwhile,
  mayInsert,
  ofVersion,
  orChanged,
  refuseOther,
  type Version,
} from '#ingress/operator/version.ts';
import { type ClientDocument, type ClientModel, hasSecret } from '#models/documents/client.ts';
import type { EnterpriseModel } from '#models/documents/enterprise.ts';
import { upsertTwice } from '#models/documents/upsert-twice.ts';
import { digest } from '#operations/digest.ts';

export type ClientChanges = ReturnType<typeof createClientChanges>;

/** What operators do to OpenID clients, by program or by form. Throws a Problem for what is wrong, and what MongoDB throws. */
export function createClientChanges(deps: { clients: ClientModel; enterprises: EnterpriseModel }) {
  const { clients, enterprises } = deps;

  /** `secret`: of a new one, or its first one: told once. */
  async function put(ctx: Context, clientId: string, patch: unknown, version?: Version) {
    const before = await find(clientId);
    refuseOther(before, version);
    const form = checkInput(clientForm, mergePatch(before && toAnswer(before), patch));
    if (form.client_id !== undefined && form.client_id !== clientId)
      throw invalidRequest('client_id: differs from the path', ['client_id']);
    const added = form.ent_ids.filter((entId) => !before?.entIds.includes(entId));
    await refuseUnknown(added);
    await audit(ctx, {
      action: before === null ? 'make' : 'change',
      object: `client ${clientId}`,
      ...difference(before && toAnswer(before), { ...form, client_id: clientId }),
    });
    const secret = createApiKey();
    const update = toUpdate(form, isPatch(patch) ? patch : {}, digest(secret));
    const { upsertedCount, matchedCount } = await orChanged(version, () =>
      upsertTwice(async () =>
        clients
          .updateOne({ clientId, ...ofVersion(version) }, update, {
            upsert: mayInsert(version),
            runValidators: true,
          })
          .maxTimeMS(2_000),
      ),
    );
    if (version !== undefined && upsertedCount + matchedCount === 0) throw changedMeanwhile();
    // One that had no secret so far, since it proved itself in another way.
    const needsSecret = hasSecret({ tokenEndpointAuthMethod: form.token_endpoint_auth_method });
    if (needsSecret)
      await clients
        .updateOne({ clientId, secretDigest: null }, { $set: { secretDigest: digest(secret) } })
        .maxTimeMS(2_000);
    const stored = await find(clientId);
    if (stored === null) throw unknownClient();
    // Of two first PUTs at once one made the document: only that one's secret is the client's.
    const hasNew = stored.secretDigest === digest(secret);
    const fields = changedFields(before && toAnswer(before), toAnswer(stored));
    const leadsElsewhere = fields.includes('redirect_uris') && {
      login_origin: originsOf(stored.redirectUris),
    };
    noteChange(ctx, {
      client_id: clientId,
      fields: [...fields, ...(hasNew ? ['client_secret'] : [])],
      ...leadsElsewhere,
    });
    return { stored, isNew: before === null, ...(hasNew && { secret }) };
  }

  async function remove(ctx: Context, clientId: string, version?: Version): Promise<void> {
    await audit(ctx, { action: 'remove', object: `client ${clientId}` });
    const { deletedCount } = await clients.deleteOne({ clientId, ...ofVersion(version) }).maxTimeMS(2_000);
    if (deletedCount === 0) throw version === undefined ? unknownClient() : changedMeanwhile();
    noteChange(ctx, { client_id: clientId });
  }

  return { find, put, remove };

  function find(clientId: string): Promise<ClientDocument | null> {
    return clients.findOne({ clientId }).maxTimeMS(2_000).lean<ClientDocument>().exec();
  }

  async function refuseUnknown(entIds: readonly string[]): Promise<void> {
    if (entIds.length === 0) return;
    const known = await enterprises
      .countDocuments({ entId: mongoose.trusted({ $in: [...entIds] }) })
      .maxTimeMS(2_000);
    if (known < entIds.length)
      throw invalidRequest('ent_ids: there is no such enterprise; PUT /v1/enterprises/{ent_id} first', [
        'ent_ids',
      ]);
  }
}

const originsOf = (uris: readonly string[]): string =>
  [...new Set(uris.map((uri) => new URL(uri).origin))].join(' ');

const unknownClient = (): Problem => new Problem(404, 'not_found', 'There is no such client.');
