import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'koa';
import { checkInput } from '#ingress/http/check-input.ts';
import { isPlainHttp } from '#ingress/http/is-plain-http.ts';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';
import { audit, difference } from '#ingress/operator/audit.ts';
import { toAnswer, toUpdate } from '#ingress/operator/enterprise-fields.ts';
import { enterpriseForm } from '#ingress/operator/forms.ts';
import type { KeepLogo } from '#ingress/operator/keep-logo.ts';
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
  versionOf,
} from '#ingress/operator/version.ts';
import { type EnterpriseDocument, type EnterpriseModel, keepsUnionid } from '#models/documents/enterprise.ts';
import type { Erasure } from '#models/documents/erasure.ts';
import type { ServiceAccountModel } from '#models/documents/service-account.ts';
import { upsertTwice } from '#models/documents/upsert-twice.ts';
import { digest } from '#operations/digest.ts';

/** A part of the time that a request of an operator has. */
const clearWithinMs = 1_500;
const putBackWithinMs = 500;

export type EnterpriseChanges = ReturnType<typeof createEnterpriseChanges>;

/** What operators do to enterprises, by program or by form. Throws a Problem for what is wrong, and what MongoDB throws. */
export function createEnterpriseChanges(deps: {
  accounts: ServiceAccountModel;
  enterprises: EnterpriseModel;
  erasure: Erasure;
  /** Work on the erasure begins. */
  onErasure: () => void;
  publicUrl: string;
  keepLogo: KeepLogo;
}) {
  const { accounts, enterprises, keepLogo } = deps;
  const isSecure = deps.publicUrl.startsWith('https:');

  /** `key`: of a new one, told once. `logoFault`: why there is no logo, though all else is stored. */
  async function put(ctx: Context, entId: string, patch: unknown, version?: Version) {
    const before = await enterprises.findOne({ entId }).maxTimeMS(2_000).lean();
    refuseOther(before, version);
    const form = checkInput(enterpriseForm, mergePatch(before && toAnswer(before), patch));
    if (isSecure) refusePlainHttp(patch);
    if (form.ent_id !== undefined && form.ent_id !== entId)
      throw invalidRequest('ent_id: differs from the path', ['ent_id']);
    await refuseUnknown(form.appid);
    if (before === null && !(await deps.erasure.clear(entId, clearWithinMs))) throw stillErasing();
    const key = createApiKey();
    const update = toUpdate(form, isPatch(patch) ? patch : {}, { apiKeyDigest: digest(key) });
    await audit(ctx, {
      action: before === null ? 'make' : 'change',
      object: `enterprise ${entId}`,
      ...difference(before && toAnswer(before), { ...form, ent_id: entId }),
    });
    const stored = await upsert(entId, update, version);
    if (before?.appid !== form.appid) await refuseRemoved(stored, before === null);
    // Of two first PUTs at once one made the document: only that one's key is the enterprise's.
    const isNew = stored.apiKeyDigest === digest(key);
    if (isPatch(patch) && 'unionid' in patch && !keepsUnionid(stored))
      await deps.erasure.eraseUnionids(entId);
    const fields = changedFields(before && toAnswer(before), toAnswer(stored));
    const leadsElsewhere = fields.includes('login_url') && { login_origin: new URL(stored.loginUrl).origin };
    noteChange(ctx, { ent_id: entId, fields: [...fields, ...(isNew ? ['api_key'] : [])], ...leadsElsewhere });
    const logoFault = await keepLogo.refresh(stored);
    return { stored, isNew, ...(isNew && { key }), ...(logoFault && { logoFault }) };
  }

  /** Answers how many bindings and entries of the history go with it. */
  async function remove(ctx: Context, entId: string, version?: Version) {
    if ((await enterprises.exists({ entId }).maxTimeMS(2_000)) === null) throw unknownEnterprise();
    const erased = await deps.erasure.count(entId);
    await audit(ctx, { action: 'remove', object: `enterprise ${entId}`, before: { erased } });
    await deps.erasure.request(entId);
    const { deletedCount } = await enterprises.deleteOne({ entId, ...ofVersion(version) }).maxTimeMS(2_000);
    if (deletedCount === 0) throw version === undefined ? unknownEnterprise() : changedMeanwhile();
    deps.onErasure();
    await keepLogo.remove(entId);
    noteChange(ctx, { ent_id: entId, erased });
    return erased;
  }

  return { put, remove };

  async function refuseUnknown(appid: string): Promise<void> {
    if ((await accounts.exists({ appid }).maxTimeMS(2_000)) !== null) return;
    throw invalidRequest('appid: there is no such account; PUT /v1/accounts/{appid} first', ['appid']);
  }

  /** Its account's removal may have found no user a moment before: it looks once more, too, and puts the account back. */
  async function refuseRemoved(stored: EnterpriseDocument, isNew: boolean): Promise<void> {
    const { entId, appid } = stored;
    if ((await accounts.exists({ appid }).maxTimeMS(2_000)) !== null) return;
    await sleep(putBackWithinMs);
    await refuseUnknown(appid).catch(async (error: unknown) => {
      // Nobody was told its key.
      if (isNew) await enterprises.deleteOne({ entId, ...ofVersion(versionOf(stored)) }).maxTimeMS(2_000);
      throw error;
    });
  }

  async function upsert(
    entId: string,
    update: ReturnType<typeof toUpdate>,
    version: Version,
  ): Promise<EnterpriseDocument> {
    return orChanged(version, () =>
      upsertTwice(async () =>
        enterprises
          .findOneAndUpdate({ entId, ...ofVersion(version) }, update, {
            upsert: mayInsert(version),
            returnDocument: 'after',
            runValidators: true,
          })
          .maxTimeMS(2_000)
          .lean<EnterpriseDocument>()
          .orFail(),
      ),
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
