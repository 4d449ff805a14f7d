import { Router, type RouterContext } from '@koa/router';
import { z } from 'zod';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { jsonBody, optionalJsonBody } from '#ingress/http/middleware/json-body.ts';
import { after, cursorOf, pageOf, pageSize } from '#ingress/http/page-of.ts';
import { userId as userIdForm } from '#ingress/http/person-ids.ts';
import { Problem } from '#ingress/http/problem.ts';
import { audit } from '#ingress/operator/audit.ts';
import type { EnterpriseChanges } from '#ingress/operator/change-enterprise.ts';
import { toAnswer } from '#ingress/operator/enterprise-fields.ts';
import { ifVersion, showTag } from '#ingress/operator/entity-tag.ts';
import { entIdInPath } from '#ingress/operator/forms.ts';
import { noteChange } from '#ingress/operator/log-changes.ts';
import { rotateKey } from '#ingress/operator/rotate-key.ts';
import type { EnterpriseModel } from '#models/documents/enterprise.ts';
import type { Erasure } from '#models/documents/erasure.ts';

const bodyLimit = 131_072;
const listed = z.object({ cursor: cursorOf(1).default([]) });

/** /v1/enterprises: the host's customers. The API key is told when it is made and never again. */
export function manageEnterprises(deps: {
  enterprises: EnterpriseModel;
  changes: EnterpriseChanges;
  erasure: Pick<Erasure, 'eraseUser'>;
}): Router {
  const { enterprises, changes } = deps;
  const find = (entId: string) => enterprises.findOne({ entId }).maxTimeMS(2_000).lean();
  const router = new Router({ prefix: '/v1/enterprises', sensitive: true });

  router.get('/', async (ctx) => {
    const { cursor } = checkInput(listed, ctx.query);
    const found = await enterprises
      .find(after(cursor, ['entId']))
      .sort({ entId: 1 })
      .limit(pageSize + 1)
      .maxTimeMS(2_000)
      .lean();
    const { page, more } = pageOf(found, ({ entId }) => [entId]);
    ctx.body = { enterprises: page.map(toAnswer), ...more };
  });

  router.get('/:ent_id', async (ctx) => {
    const enterprise = await find(entIdOf(ctx));
    if (enterprise === null) throw unknownEnterprise();
    if (!showTag(ctx, enterprise)) ctx.body = toAnswer(enterprise);
  });

  router.put('/:ent_id', jsonBody(bodyLimit), async (ctx) => {
    const entId = entIdOf(ctx);
    const { stored, isNew, key, logoFault } = await ifVersion(
      ctx,
      () => find(entId),
      (version) => changes.put(ctx, entId, ctx.request.body, version),
    );
    showTag(ctx, stored);
    ctx.status = isNew ? 201 : 200;
    ctx.body = {
      ...toAnswer(stored),
      ...(key && { api_key: key }),
      ...(logoFault && { logo_error: logoFault }),
    };
  });

  router.post('/:ent_id/rotate-key', optionalJsonBody(bodyLimit), rotateKey(enterprises));

  router.delete('/:ent_id', async (ctx) => {
    const entId = entIdOf(ctx);
    const erased = await ifVersion(
      ctx,
      () => find(entId),
      (version) => changes.remove(ctx, entId, version),
    );
    ctx.body = { ent_id: entId, erased };
  });

  router.delete('/:ent_id/bindings', async (ctx) => {
    const entId = entIdOf(ctx);
    const { user_id: userId } = checkInput(z.strictObject({ user_id: userIdForm }), ctx.query);
    // Which of its users is not written down: he is to be forgotten.
    await audit(ctx, { action: 'erase a user', object: `enterprise ${entId}` });
    const erased = await deps.erasure.eraseUser(entId, userId);
    noteChange(ctx, { ent_id: entId, erased });
    ctx.body = { ent_id: entId, erased };
  });

  router.all('/', allowOnly('GET', 'HEAD'));
  router.all('/:ent_id', allowOnly('GET', 'HEAD', 'PUT', 'DELETE'));
  router.all('/:ent_id/rotate-key', allowOnly('POST'));
  router.all('/:ent_id/bindings', allowOnly('DELETE'));
  return router;
}

function entIdOf(ctx: RouterContext): string {
  return checkInput(entIdInPath, ctx.params).ent_id;
}

function unknownEnterprise(): Problem {
  return new Problem(404, 'not_found', 'There is no such enterprise.');
}
