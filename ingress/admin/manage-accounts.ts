import { Router, type RouterContext } from '@koa/router';
import type { z } from 'zod';
import { accountForm, appidInPath } from '#ingress/admin/forms.ts';
import { changedFields, noteChange } from '#ingress/admin/log-changes.ts';
import { allowOnly } from '#ingress/allow-only.ts';
import { checkInput } from '#ingress/check-input.ts';
import { jsonBody } from '#ingress/middleware/json-body.ts';
import { invalidRequest, Problem } from '#ingress/problem.ts';
import { upsertTwice } from '#ingress/upsert-twice.ts';
import type { EnterpriseModel } from '#models/enterprise.ts';
import type { Sealer } from '#models/sealing.ts';
import {
  type ServiceAccountDocument,
  type ServiceAccountModel,
  secretPlace,
} from '#models/service-account.ts';

const bodyLimit = 65_536;
const mostListed = 1_000;

type AccountForm = z.output<typeof accountForm>;

/** /v1/accounts: the WeChat service accounts. A secret goes in and never comes out. */
export function manageAccounts(deps: {
  accounts: ServiceAccountModel;
  enterprises: EnterpriseModel;
  sealer: Sealer;
}): Router {
  const { accounts, enterprises, sealer } = deps;
  const router = new Router({ prefix: '/v1/accounts' });

  router.get('/', async (ctx) => {
    const found = await accounts.find().sort({ appid: 1 }).limit(mostListed).maxTimeMS(2_000).lean();
    ctx.body = { accounts: found.map(toAnswer) };
  });

  router.get('/:appid', async (ctx) => {
    const account = await accounts
      .findOne({ appid: appidOf(ctx) })
      .maxTimeMS(2_000)
      .lean();
    if (account === null) throw unknownAccount();
    ctx.body = toAnswer(account);
  });

  router.put('/:appid', jsonBody(bodyLimit), async (ctx) => {
    const appid = appidOf(ctx);
    const form = checkInput(accountForm, ctx.request.body);
    if (form.appid !== undefined && form.appid !== appid)
      throw invalidRequest('appid: differs from the path');
    const before = await accounts.findOne({ appid }).maxTimeMS(2_000).lean();
    const isNew =
      form.secret === undefined ? await change(appid, form) : await replace(appid, form, form.secret);
    ctx.status = isNew ? 201 : 200;
    const answer = toAnswer({ appid, ...fieldsOf(form) });
    const fields = changedFields(before && toAnswer(before), answer);
    noteChange(ctx, { appid, fields: [...fields, ...(form.secret === undefined ? [] : ['secret'])] });
    ctx.body = answer;
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
    const { deletedCount } = await accounts.deleteOne({ appid }).maxTimeMS(2_000);
    if (deletedCount === 0) throw unknownAccount();
    noteChange(ctx, { appid });
    ctx.status = 204;
  });

  router.all('/', allowOnly('GET', 'HEAD'));
  router.all('/:appid', allowOnly('GET', 'HEAD', 'PUT', 'DELETE'));
  return router;

  async function replace(appid: string, form: AccountForm, secret: string): Promise<boolean> {
    const sealedSecret = sealer.seal(secret, secretPlace(appid));
    const { upsertedCount } = await upsertTwice(async () =>
      accounts
        .updateOne(
          { appid },
          { $set: { ...fieldsOf(form), sealedSecret } },
          { upsert: true, runValidators: true },
        )
        .maxTimeMS(2_000),
    );
    return upsertedCount > 0;
  }

  /** Without a secret in the form the one that is there stays. */
  async function change(appid: string, form: AccountForm): Promise<false> {
    const { matchedCount } = await accounts
      .updateOne({ appid }, { $set: fieldsOf(form) }, { runValidators: true })
      .maxTimeMS(2_000);
    if (matchedCount === 0) throw invalidRequest('secret: is required for a new account');
    return false;
  }
}

function appidOf(ctx: RouterContext): string {
  return checkInput(appidInPath, ctx.params).appid;
}

function fieldsOf({ name, verify_files: files }: AccountForm) {
  return { name, verifyFiles: Object.entries(files).map(([file, content]) => ({ name: file, content })) };
}

function toAnswer({
  appid,
  name,
  verifyFiles,
}: Pick<ServiceAccountDocument, 'appid' | 'name' | 'verifyFiles'>) {
  const files = Object.fromEntries(verifyFiles.map((file) => [file.name, file.content]));
  return { appid, name, verify_files: files };
}

function unknownAccount(): Problem {
  return new Problem(404, 'not_found', 'There is no such account.');
}
