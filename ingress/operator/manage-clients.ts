import { Router, type RouterContext } from '@koa/router';
import { z } from 'zod';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { jsonBody, optionalJsonBody } from '#ingress/http/middleware/json-body.ts';
import { after, cursorOf, pageOf, pageSize } from '#ingress/http/page-of.ts';
import { Problem } from '#ingress/http/problem.ts';
import type { ClientChanges } from '#ingress/operator/change-client.ts';
import { toAnswer } from '#ingress/operator/client-fields.ts';
import { clientIdInPath } from '#ingress/operator/client-form.ts';
import { ifVersion, showTag } from '#ingress/operator/entity-tag.ts';
import { rotateSecret } from '#ingress/operator/rotate-secret.ts';
import type { ClientDocument, ClientModel } from '#models/documents/client.ts';

/** Ten thousand ent_ids of the longest. */
const bodyLimit = 1_048_576;
const listed = z.object({ cursor: cursorOf(1).default([]) });

/** /v1/clients: the hosts' OpenID Connect clients. A secret is told when it is made and never again. */
export function manageClients(deps: { clients: ClientModel; changes: ClientChanges }): Router {
  const { clients, changes } = deps;
  const router = new Router({ prefix: '/v1/clients', sensitive: true });

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
    const client = await changes.find(clientIdOf(ctx));
    if (client === null) throw unknownClient();
    if (!showTag(ctx, client)) ctx.body = toAnswer(client);
  });

  router.put('/:client_id', jsonBody(bodyLimit), async (ctx) => {
    const clientId = clientIdOf(ctx);
    const { stored, isNew, secret } = await ifVersion(
      ctx,
      () => changes.find(clientId),
      (version) => changes.put(ctx, clientId, ctx.request.body, version),
    );
    showTag(ctx, stored);
    ctx.status = isNew ? 201 : 200;
    ctx.body = { ...toAnswer(stored), ...(secret && { client_secret: secret }) };
  });

  router.post('/:client_id/rotate-secret', optionalJsonBody(bodyLimit), rotateSecret(clients));

  router.delete('/:client_id', async (ctx) => {
    const clientId = clientIdOf(ctx);
    await ifVersion(
      ctx,
      () => changes.find(clientId),
      (version) => changes.remove(ctx, clientId, version),
    );
    ctx.status = 204;
  });

  router.all('/', allowOnly('GET', 'HEAD'));
  router.all('/:client_id', allowOnly('GET', 'HEAD', 'PUT', 'DELETE'));
  router.all('/:client_id/rotate-secret', allowOnly('POST'));
  return router;
}

function clientIdOf(ctx: RouterContext): string {
  return checkInput(clientIdInPath, ctx.params).client_id;
}

function unknownClient(): Problem {
  return new Problem(404, 'not_found', 'There is no such client.');
}
