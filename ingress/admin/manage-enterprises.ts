import { randomBytes } from 'node:crypto';
import { Router, type RouterContext } from '@koa/router';
import type { z } from 'zod';
import { enterpriseForm, entIdInPath } from '#ingress/admin/forms.ts';
import { changedFields, noteChange } from '#ingress/admin/log-changes.ts';
import { allowOnly } from '#ingress/allow-only.ts';
import { checkInput } from '#ingress/check-input.ts';
import { jsonBody } from '#ingress/middleware/json-body.ts';
import { invalidRequest, Problem } from '#ingress/problem.ts';
import { upsertTwice } from '#ingress/upsert-twice.ts';
import type { EnterpriseDocument, EnterpriseModel } from '#models/enterprise.ts';
import { digest } from '#models/sealing.ts';
import type { ServiceAccountModel } from '#models/service-account.ts';

const bodyLimit = 131_072;
const mostListed = 1_000;

type EnterpriseForm = z.output<typeof enterpriseForm>;

/** /v1/enterprises: the host's customers. The API key is told when it is made and never again. */
export function manageEnterprises(deps: {
  accounts: ServiceAccountModel;
  enterprises: EnterpriseModel;
}): Router {
  const { accounts, enterprises } = deps;
  const router = new Router({ prefix: '/v1/enterprises' });

  router.get('/', async (ctx) => {
    const found = await enterprises.find().sort({ entId: 1 }).limit(mostListed).maxTimeMS(2_000).lean();
    ctx.body = { enterprises: found.map(toAnswer) };
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
    const form = checkInput(enterpriseForm, ctx.request.body);
    if (form.ent_id !== undefined && form.ent_id !== entId)
      throw invalidRequest('ent_id: differs from the path');
    if ((await accounts.exists({ appid: form.appid }).maxTimeMS(2_000)) === null) {
      throw invalidRequest('appid: there is no such account; PUT /v1/accounts/{appid} first');
    }
    const key = createApiKey();
    const before = await enterprises.findOne({ entId }).maxTimeMS(2_000).lean();
    const stored = await upsert(entId, form, digest(key));
    // Of two first PUTs at once one made the document: only that one's key is the enterprise's.
    const isNew = stored.apiKeyDigest === digest(key);
    const fields = changedFields(before && toAnswer(before), toAnswer(stored));
    const leadsElsewhere = fields.includes('login_url') && { login_origin: new URL(stored.loginUrl).origin };
    noteChange(ctx, { ent_id: entId, fields: [...fields, ...(isNew ? ['api_key'] : [])], ...leadsElsewhere });
    ctx.status = isNew ? 201 : 200;
    ctx.body = { ...toAnswer(stored), ...(isNew && { api_key: key }) };
  });

  router.post('/:ent_id/rotate-key', async (ctx) => {
    const entId = entIdOf(ctx);
    const key = createApiKey();
    const { matchedCount } = await enterprises
      .updateOne({ entId }, { $set: { apiKeyDigest: digest(key) } })
      .maxTimeMS(2_000);
    if (matchedCount === 0) throw unknownEnterprise();
    noteChange(ctx, { ent_id: entId, fields: ['api_key'] });
    ctx.body = { ent_id: entId, api_key: key };
  });

  // Its bindings stay: made anew, the enterprise knows its people again.
  router.delete('/:ent_id', async (ctx) => {
    const entId = entIdOf(ctx);
    const { deletedCount } = await enterprises.deleteOne({ entId }).maxTimeMS(2_000);
    if (deletedCount === 0) throw unknownEnterprise();
    noteChange(ctx, { ent_id: entId });
    ctx.status = 204;
  });

  router.all('/', allowOnly('GET', 'HEAD'));
  router.all('/:ent_id', allowOnly('GET', 'HEAD', 'PUT', 'DELETE'));
  router.all('/:ent_id/rotate-key', allowOnly('POST'));
  return router;

  async function upsert(
    entId: string,
    form: EnterpriseForm,
    apiKeyDigest: string,
  ): Promise<EnterpriseDocument> {
    const { bind_url: bindUrl, initiate_login_uri: initiateLoginUri } = form;
    const update = {
      $set: {
        appid: form.appid,
        name: form.name,
        loginUrl: form.login_url,
        targetPrefixes: form.target_prefixes,
        unbound: form.unbound,
        scope: form.scope,
        consentPage: form.consent_page,
        requireState: form.require_state,
        ...(bindUrl !== undefined && { bindUrl }),
        ...(initiateLoginUri !== undefined && { initiateLoginUri }),
      },
      $unset: {
        ...(bindUrl === undefined && { bindUrl: 1 }),
        ...(initiateLoginUri === undefined && { initiateLoginUri: 1 }),
      },
      $setOnInsert: { apiKeyDigest },
    };
    return upsertTwice(async () =>
      enterprises
        .findOneAndUpdate({ entId }, update, { upsert: true, returnDocument: 'after', runValidators: true })
        .maxTimeMS(2_000)
        .lean<EnterpriseDocument>()
        .orFail(),
    );
  }
}

const createApiKey = (): string => randomBytes(32).toString('base64url');

function entIdOf(ctx: RouterContext): string {
  return checkInput(entIdInPath, ctx.params).ent_id;
}

function toAnswer(enterprise: EnterpriseDocument) {
  return {
    ent_id: enterprise.entId,
    appid: enterprise.appid,
    name: enterprise.name,
    login_url: enterprise.loginUrl,
    ...(enterprise.bindUrl != null && { bind_url: enterprise.bindUrl }),
    target_prefixes: enterprise.targetPrefixes,
    unbound: enterprise.unbound,
    scope: enterprise.scope,
    consent_page: enterprise.consentPage,
    ...(enterprise.initiateLoginUri != null && { initiate_login_uri: enterprise.initiateLoginUri }),
    require_state: enterprise.requireState ?? false,
  };
}

function unknownEnterprise(): Problem {
  return new Problem(404, 'not_found', 'There is no such enterprise.');
}
