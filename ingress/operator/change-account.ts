import type { Context } from 'koa';
import { checkInput } from '#ingress/http/check-input.ts';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';
import { type AccountForm, fieldsOf, isSame, toAnswer, toShown } from '#ingress/operator/account-fields.ts';
import { audit, changed, difference } from '#ingress/operator/audit.ts';
import { accountForm } from '#ingress/operator/forms.ts';
import { changedFields, noteChange } from '#ingress/operator/log-changes.ts';
import { isPatch, mergePatch } from '#ingress/operator/merge-patch.ts';
import {
  changedMeanwhile,
  mayInsert,
  ofVersion,
  orChanged,
  refuseOther,
  type Version,
} from '#ingress/operator/version.ts';
import type { EnterpriseModel } from '#models/documents/enterprise.ts';
import { type ServiceAccountModel, secretPlace } from '#models/documents/service-account.ts';
import { upsertTwice } from '#models/documents/upsert-twice.ts';
import type { Sealer } from '#models/sealing.ts';
import { sourceNames } from '#wechat/sources/all-sources.ts';

export type AccountChanges = ReturnType<typeof createAccountChanges>;

/** What operators do to accounts, by program or by form. Throws a Problem for what is wrong, and what MongoDB throws. */
export function createAccountChanges(deps: {
  accounts: ServiceAccountModel;
  enterprises: EnterpriseModel;
  sealer: Sealer;
  /** Redis's clock, ms. */
  now: () => number;
  /** What WeChat said of the account before counts no more. Must not reject. */
  onAccountChanged?: (appid: string, change: 'stored' | 'removed') => Promise<void>;
}) {
  const { accounts, enterprises, sealer, now, onAccountChanged = async () => {} } = deps;

  async function put(ctx: Context, appid: string, patch: unknown, version?: Version) {
    // An account's page at WeChat shows it beside the appid.
    if (appid.startsWith('gh_'))
      throw invalidRequest('appid: is the original id (原始ID); the appid begins with wx', ['appid']);
    const before = await accounts.findOne({ appid }).maxTimeMS(2_000).lean();
    refuseOther(before, version);
    const form = checkInput(accountForm, mergePatch(before && toAnswer(before), patch));
    if (form.appid !== undefined && form.appid !== appid)
      throw invalidRequest('appid: differs from the path', ['appid']);
    const pause = before && toShown(before, now()).paused;
    if (isPatch(patch) && 'paused' in patch && !isSame(patch['paused'], pause))
      throw invalidRequest('paused: is changed by POST …/pause and …/resume', ['paused']);
    if (isPatch(patch) && patch['secret'] === null)
      throw invalidRequest('secret: cannot be cleared', ['secret']);
    if (before === null && form.secret === undefined)
      throw invalidRequest('secret: is required for a new account', ['secret']);
    const wanted = toAnswer({ appid, ...fieldsOf(form) });
    await audit(ctx, {
      action: before === null ? 'make' : 'change',
      object: `account ${appid}`,
      ...difference(before && toAnswer(before), {
        ...wanted,
        ...(form.secret !== undefined && { secret: changed }),
      }),
    });
    const { stored, isNew } = await upsert(appid, form, isPatch(patch) ? patch : {}, version);
    const answer = toAnswer(stored);
    const fields = changedFields(before && toAnswer(before), answer);
    noteChange(ctx, { appid, fields: [...fields, ...(form.secret === undefined ? [] : ['secret'])] });
    await onAccountChanged(appid, 'stored');
    return { stored, isNew };
  }

  async function remove(ctx: Context, appid: string, version?: Version): Promise<void> {
    await refuseUsed(appid);
    await audit(ctx, { action: 'remove', object: `account ${appid}` });
    const removed = await accounts
      .findOneAndDelete({ appid, ...ofVersion(version) })
      .maxTimeMS(2_000)
      .lean();
    if (removed === null) throw version === undefined ? unknownAccount() : changedMeanwhile();
    try {
      // An enterprise may have come to use it in this very moment (change-enterprise.ts looks once more, too).
      await refuseUsed(appid);
    } catch (error) {
      await accounts.collection.insertOne(removed);
      throw error;
    }
    noteChange(ctx, { appid });
    await onAccountChanged(appid, 'removed');
  }

  return { put, remove };

  async function refuseUsed(appid: string): Promise<void> {
    const users = await enterprises.countDocuments({ appid }).maxTimeMS(2_000);
    if (users === 0) return;
    const words = `The account is in use by ${users} enterprise${users > 1 ? 's' : ''}.`;
    throw new Problem(409, 'conflict', words);
  }

  /** Writes what the patch names: what another request changes at the same moment stays. */
  async function upsert(appid: string, form: AccountForm, patch: object, version: Version) {
    const fields = fieldsOf(form);
    const sealed =
      form.secret === undefined ? {} : { sealedSecret: sealer.seal(form.secret, secretPlace(appid)) };
    const named = {
      ...('name' in patch && { name: fields.name }),
      ...('source' in patch && { source: fields.source ?? sourceNames[0] }),
      ...('verify_files' in patch && { verifyFiles: fields.verifyFiles }),
      ...sealed,
    };
    const onInsert = Object.entries(fields).filter(([field]) => !(field in named));
    const { upsertedCount, matchedCount } = await orChanged(version, () =>
      upsertTwice(async () =>
        accounts
          .updateOne(
            { appid, ...ofVersion(version) },
            { $set: named, $setOnInsert: Object.fromEntries(onInsert) },
            // Without a secret there is nothing to make an account of, should it be removed at this very moment.
            { upsert: form.secret !== undefined && mayInsert(version), runValidators: true },
          )
          .maxTimeMS(2_000),
      ),
    );
    if (version !== undefined && upsertedCount + matchedCount === 0) throw changedMeanwhile();
    const stored = await accounts.findOne({ appid }).maxTimeMS(2_000).lean();
    if (stored === null) throw unknownAccount();
    return { stored, isNew: upsertedCount > 0 };
  }
}

const unknownAccount = (): Problem => new Problem(404, 'not_found', 'There is no such account.');
