import { Router, type RouterContext } from '@koa/router';
import { z } from 'zod';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { isPlainHttp } from '#ingress/http/is-plain-http.ts';
import { jsonBody, optionalJsonBody } from '#ingress/http/middleware/json-body.ts';
import { after, cursorOf, pageOf, pageSize } from '#ingress/http/page-of.ts';
import { userId as userIdForm } from '#ingress/http/person-ids.ts';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';
import { audit, difference } from '#ingress/operator/audit.ts';
import { toAnswer, toUpdate } from '#ingress/operator/enterprise-fields.ts';
import { enterpriseForm, entIdInPath } from '#ingress/operator/forms.ts';
import { changedFields, noteChange } from '#ingress/operator/log-changes.ts';
import { isPatch, mergePatch } from '#ingress/operator/merge-patch.ts';
import { createApiKey, rotateKey } from '#ingress/operator/rotate-key.ts';
import { type EnterpriseDocument, type EnterpriseModel, keepsUnionid } from '#models/documents/enterprise.ts';
import type { Erasure } from '#models/documents/erasure.ts';
import type { ServiceAccountModel } from '#models/documents/service-account.ts';
import { upsertTwice } from '#models/documents/upsert-twice.ts';
import { digest } from '#operations/digest.ts';

const bodyLimit = 131_072;
const listed = z.object({ cursor: cursorOf(1).default([]) });
/** A part of the time that a request of an operator has. */
const clearWithinMs = 1_500;

/** /v1/enterprises: the host's customers. The API key is told when it is made and never again. */
export function manageEnterprises(deps: {
  accounts: ServiceAccountModel;
  enterprises: EnterpriseModel;
  erasure: Erasure;
  /** Work on the erasure begins. */
  onErasure: () => void;
  publicUrl: string;
}): Router {
  const { accounts, enterprises } = deps;
  const isSecure = deps.publicUrl.startsWith('https:');
  const router = new Router({ prefix: '/v1/enterprises' });

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
    const enterprise = await enterprises
      .findOne({ entId: entIdOf(ctx) })
      .maxTimeMS(2_000)
      .lean();
    if (enterprise === null) throw unknownEnterprise();
    ctx.body = toAnswer(enterprise);
  });

  router.put('/:ent_id', jsonBody(bodyLimit), async (ctx) => {
    const entId = entIdOf(ctx);
    const patch = ctx.request.body;
    const before = await enterprises.findOne({ entId }).maxTimeMS(2_000).lean();
    const form = checkInput(enterpriseForm, mergePatch(before && toAnswer(before), patch));
    if (isSecure) refusePlainHttp(patch);
    if (form.ent_id !== undefined && form.ent_id !== entId)
      throw invalidRequest('ent_id: differs from the path');
    if ((await accounts.exists({ appid: form.appid }).maxTimeMS(2_000)) === null) {
      throw invalidRequest('appid: there is no such account; PUT /v1/accounts/{appid} first');
    }
    if (before === null && !(await deps.erasure.clear(entId, clearWithinMs))) throw stillErasing();
    const key = createApiKey();
    const update = toUpdate(form, isPatch(patch) ? patch : {}, { apiKeyDigest: digest(key) });
    await audit(ctx, {
      action: before === null ? 'make' : 'change',
      object: `enterprise ${entId}`,
      ...difference(before && toAnswer(before), { ...form, ent_id: entId }),
    });
    const stored = await upsert(entId, update);
    // Of two first PUTs at once one made the document: only that one's key is the enterprise's.
    const isNew = stored.apiKeyDigest === digest(key);
    if (isPatch(patch) && 'unionid' in patch && !keepsUnionid(stored))
      await deps.erasure.eraseUnionids(entId);
    const fields = changedFields(before && toAnswer(before), toAnswer(stored));
    const leadsElsewhere = fields.includes('login_url') && { login_origin: new URL(stored.loginUrl).origin };
    noteChange(ctx, { ent_id: entId, fields: [...fields, ...(isNew ? ['api_key'] : [])], ...leadsElsewhere });
    ctx.status = isNew ? 201 : 200;
    ctx.body = { ...toAnswer(stored), ...(isNew && { api_key: key }) };
  });

  router.post('/:ent_id/rotate-key', optionalJsonBody(bodyLimit), rotateKey(enterprises));

  router.delete('/:ent_id', async (ctx) => {
    const entId = entIdOf(ctx);
    if ((await enterprises.exists({ entId }).maxTimeMS(2_000)) === null) throw unknownEnterprise();
    const erased = await deps.erasure.count(entId);
    await audit(ctx, { action: 'remove', object: `enterprise ${entId}`, before: { erased } });
    await deps.erasure.request(entId);
    const { deletedCount } = await enterprises.deleteOne({ entId }).maxTimeMS(2_000);
    if (deletedCount === 0) throw unknownEnterprise();
    deps.onErasure();
    noteChange(ctx, { ent_id: entId, erased });
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

  async function upsert(entId: string, update: ReturnType<typeof toUpdate>): Promise<EnterpriseDocument> {
    return upsertTwice(async () =>
      enterprises
        .findOneAndUpdate({ entId }, update, { upsert: true, returnDocument: 'after', runValidators: true })
        .maxTimeMS(2_000)
        .lean<EnterpriseDocument>()
        .orFail(),
    );
  }
}

/** What WeChat brings over https must not go on to the host in the clear. Where this service itself is on http, it is a trial. */
function refusePlainHttp(patch: unknown): void {
  const addresses = Object.entries(isPatch(patch) ? patch : {}).filter(
    ([member, value]) => /_ur[il]$/.test(member) && typeof value === 'string' && isPlainHttp(value),
  );
  if (addresses.length === 0) return;
  const names = addresses.map(([member]) => member);
  throw invalidRequest(names.map((name) => `${name}: must be https, as PUBLIC_URL is`).join('; '), names);
}

function entIdOf(ctx: RouterContext): string {
  return checkInput(entIdInPath, ctx.params).ent_id;
}

function stillErasing(): Problem {
  return new Problem(
    503,
    'temporarily_unavailable',
    'The people of a former enterprise of this ent_id are still being erased. Try again.',
    { headers: { 'Retry-After': '5' } },
  );
}

function unknownEnterprise(): Problem {
  return new Problem(404, 'not_found', 'There is no such enterprise.');
}
