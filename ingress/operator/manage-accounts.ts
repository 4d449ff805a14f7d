import { Router, type RouterContext } from '@koa/router';
import { z } from 'zod';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { jsonBody, optionalJsonBody } from '#ingress/http/middleware/json-body.ts';
import { after, cursorOf, pageOf, pageSize } from '#ingress/http/page-of.ts';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';
import { audit, changed, difference } from '#ingress/operator/audit.ts';
import { accountForm, appidInPath } from '#ingress/operator/forms.ts';
import { changedFields, noteChange } from '#ingress/operator/log-changes.ts';
import { isPatch, mergePatch } from '#ingress/operator/merge-patch.ts';
import { createPauseAccount, pauseForm, tellPause } from '#ingress/operator/pause-account.ts';
import type { EnterpriseModel } from '#models/documents/enterprise.ts';
import {
  type ServiceAccountDocument,
  type ServiceAccountModel,
  secretPlace,
} from '#models/documents/service-account.ts';
import { upsertTwice } from '#models/documents/upsert-twice.ts';
import type { Sealer } from '#models/sealing.ts';
import { sourceNames } from '#wechat/sources/all-sources.ts';

const bodyLimit = 65_536;
const listed = z.object({ cursor: cursorOf(1).default([]) });

type AccountForm = z.output<typeof accountForm>;

/** /v1/accounts: the WeChat service accounts. A secret goes in and never comes out. */
export function manageAccounts(deps: {
  accounts: ServiceAccountModel;
  enterprises: EnterpriseModel;
  sealer: Sealer;
  /** What WeChat said of the account before counts no more. Must not reject. */
  onAccountChanged?: (appid: string, change: 'stored' | 'removed') => Promise<void>;
}): Router {
  const { accounts, enterprises, sealer, onAccountChanged = async () => {} } = deps;
  const pausing = createPauseAccount({ accounts });
  const router = new Router({ prefix: '/v1/accounts' });

  router.get('/', async (ctx) => {
    const { cursor } = checkInput(listed, ctx.query);
    const found = await accounts
      .find(after(cursor, ['appid']))
      .sort({ appid: 1 })
      .limit(pageSize + 1)
      .maxTimeMS(2_000)
      .lean();
    const { page, more } = pageOf(found, ({ appid }) => [appid]);
    ctx.body = { accounts: page.map(toShown), ...more };
  });

  router.get('/:appid', async (ctx) => {
    const account = await accounts
      .findOne({ appid: appidOf(ctx) })
      .maxTimeMS(2_000)
      .lean();
    if (account === null) throw unknownAccount();
    ctx.body = toShown(account);
  });

  router.put('/:appid', jsonBody(bodyLimit), async (ctx) => {
    const appid = appidOf(ctx);
    // An account's page at WeChat shows it beside the appid.
    if (appid.startsWith('gh_'))
      throw invalidRequest('appid: is the original id (原始ID); the appid begins with wx', ['appid']);
    const patch = ctx.request.body;
    const before = await accounts.findOne({ appid }).maxTimeMS(2_000).lean();
    const form = checkInput(accountForm, mergePatch(before && toAnswer(before), patch));
    if (form.appid !== undefined && form.appid !== appid)
      throw invalidRequest('appid: differs from the path', ['appid']);
    if (isPatch(patch) && 'paused' in patch && !isSame(patch['paused'], before && toShown(before).paused))
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
    const { stored, isNew } = await upsert(appid, form, isPatch(patch) ? patch : {});
    const answer = toAnswer(stored);
    const fields = changedFields(before && toAnswer(before), answer);
    noteChange(ctx, { appid, fields: [...fields, ...(form.secret === undefined ? [] : ['secret'])] });
    await onAccountChanged(appid, 'stored');
    ctx.status = isNew ? 201 : 200;
    ctx.body = toShown(stored);
  });

  router.post('/:appid/pause', optionalJsonBody(bodyLimit), async (ctx) => {
    const form = checkInput(pauseForm, ctx.request.body ?? {});
    ctx.body = toShown(await pausing.pause(ctx, appidOf(ctx), form));
  });

  router.post('/:appid/resume', async (ctx) => {
    ctx.body = toShown(await pausing.resume(ctx, appidOf(ctx)));
  });

  router.delete('/:appid', async (ctx) => {
    const appid = appidOf(ctx);
    const users = await enterprises.countDocuments({ appid }).maxTimeMS(2_000);
    if (users > 0) {
      throw new Problem(
        409,
        'conflict',
        `The account is in use by ${users} enterprise${users > 1 ? 's' : ''}.`,
      );
    }
    await audit(ctx, { action: 'remove', object: `account ${appid}` });
    const { deletedCount } = await accounts.deleteOne({ appid }).maxTimeMS(2_000);
    if (deletedCount === 0) throw unknownAccount();
    noteChange(ctx, { appid });
    await onAccountChanged(appid, 'removed');
    ctx.status = 204;
  });

  router.all('/', allowOnly('GET', 'HEAD'));
  router.all('/:appid/pause', allowOnly('POST'));
  router.all('/:appid/resume', allowOnly('POST'));
  router.all('/:appid', allowOnly('GET', 'HEAD', 'PUT', 'DELETE'));
  return router;

  /** Writes what the patch names: what another request changes at the same moment stays. */
  async function upsert(appid: string, form: AccountForm, patch: object) {
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
    const { upsertedCount } = await upsertTwice(async () =>
      accounts
        .updateOne(
          { appid },
          { $set: named, $setOnInsert: Object.fromEntries(onInsert) },
          // Without a secret there is nothing to make an account of, should it be removed at this very moment.
          { upsert: form.secret !== undefined, runValidators: true },
        )
        .maxTimeMS(2_000),
    );
    const stored = await accounts.findOne({ appid }).maxTimeMS(2_000).lean();
    if (stored === null) throw unknownAccount();
    return { stored, isNew: upsertedCount > 0 };
  }
}

function appidOf(ctx: RouterContext): string {
  return checkInput(appidInPath, ctx.params).appid;
}

function fieldsOf({ name, source, verify_files: files }: AccountForm) {
  return {
    name,
    ...(source && { source }),
    verifyFiles: Object.entries(files).map(([file, content]) => ({ name: file, content })),
  };
}

type Shown = Pick<ServiceAccountDocument, 'appid' | 'name' | 'source' | 'verifyFiles'>;

/** An account as it is shown: without its secret. */
export function toAnswer({ appid, name, source, verifyFiles }: Shown) {
  const files = Object.fromEntries(verifyFiles.map((file) => [file.name, file.content]));
  return { appid, name, ...(source && { source }), verify_files: files };
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** And whether its operator has paused it, which no PUT changes. */
function toShown(account: ServiceAccountDocument) {
  const { pausedByOperator: pause } = account;
  return { ...toAnswer(account), ...(pause && { paused: tellPause(pause) }) };
}

function unknownAccount(): Problem {
  return new Problem(404, 'not_found', 'There is no such account.');
}
