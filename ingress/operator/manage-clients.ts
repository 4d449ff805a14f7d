import { Router, type RouterContext } from '@koa/router';
import mongoose from 'mongoose';
import { z } from 'zod';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { jsonBody, optionalJsonBody } from '#ingress/http/middleware/json-body.ts';
import { after, cursorOf, pageOf, pageSize } from '#ingress/http/page-of.ts';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';
import { audit, difference } from '#ingress/operator/audit.ts';
import { toAnswer, toUpdate } from '#ingress/operator/client-fields.ts';
import { clientForm, clientIdInPath } from '#ingress/operator/client-form.ts';
import { changedFields, noteChange } from '#ingress/operator/log-changes.ts';
import { isPatch, mergePatch } from '#ingress/operator/merge-patch.ts';
import { createApiKey } from '#ingress/operator/rotate-key.ts';
import { rotateSecret } from '#ingress/operator/rotate-secret.ts';
import { type ClientDocument, type ClientModel, hasSecret } from '#models/documents/client.ts';
import type { EnterpriseModel } from '#models/documents/enterprise.ts';
import { upsertTwice } from '#models/documents/upsert-twice.ts';
import { digest } from '#operations/digest.ts';

/** Ten thousand ent_ids of the longest. */
const bodyLimit = 1_048_576;
const listed = z.object({ cursor: cursorOf(1).default([]) });

/** /v1/clients: the hosts' OpenID Connect clients. A secret is told when it is made and never again. */
export function manageClients(deps: { clients: ClientModel; enterprises: EnterpriseModel }): Router {
  const { clients, enterprises } = deps;
  const router = new Router({ prefix: '/v1/clients' });

  router.get('/', async (ctx) => {
    const { cursor } = checkInput(listed, ctx.query);
    const found = await clients
      .find(after(cursor, ['clientId']))
      .sort({ clientId: 1 })
      .limit(pageSize + 1)
      .maxTimeMS(2_000)
      .lean<ClientDocument[]>();
    const { page, more } = pageOf(found, ({ clientId }) => [clientId]);
    ctx.body = { clients: page.map(toAnswer), ...more };
  });

  router.get('/:client_id', async (ctx) => {
    const client = await find(clientIdOf(ctx));
    if (client === null) throw unknownClient();
    ctx.body = toAnswer(client);
  });

  router.put('/:client_id', jsonBody(bodyLimit), async (ctx) => {
    const clientId = clientIdOf(ctx);
    const patch = ctx.request.body;
    const before = await find(clientId);
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
    await upsertTwice(async () =>
      clients.updateOne({ clientId }, update, { upsert: true, runValidators: true }).maxTimeMS(2_000),
    );
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
    ctx.status = before === null ? 201 : 200;
    ctx.body = { ...toAnswer(stored), ...(hasNew && { client_secret: secret }) };
  });

  router.post('/:client_id/rotate-secret', optionalJsonBody(bodyLimit), rotateSecret(clients));

  router.delete('/:client_id', async (ctx) => {
    const clientId = clientIdOf(ctx);
    await audit(ctx, { action: 'remove', object: `client ${clientId}` });
    const { deletedCount } = await clients.deleteOne({ clientId }).maxTimeMS(2_000);
    if (deletedCount === 0) throw unknownClient();
    noteChange(ctx, { client_id: clientId });
    ctx.status = 204;
  });

  router.all('/', allowOnly('GET', 'HEAD'));
  router.all('/:client_id', allowOnly('GET', 'HEAD', 'PUT', 'DELETE'));
  router.all('/:client_id/rotate-secret', allowOnly('POST'));
  return router;

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

function clientIdOf(ctx: RouterContext): string {
  return checkInput(clientIdInPath, ctx.params).client_id;
}

const originsOf = (uris: readonly string[]): string =>
  [...new Set(uris.map((uri) => new URL(uri).origin))].join(' ');

function unknownClient(): Problem {
  return new Problem(404, 'not_found', 'There is no such client.');
}
