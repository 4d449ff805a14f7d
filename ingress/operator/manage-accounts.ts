import { Router, type RouterContext } from '@koa/router';
import { z } from 'zod';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { jsonBody, optionalJsonBody } from '#ingress/http/middleware/json-body.ts';
import { after, cursorOf, pageOf, pageSize } from '#ingress/http/page-of.ts';
import { Problem } from '#ingress/http/problem.ts';
import { toShown } from '#ingress/operator/account-fields.ts';
import type { AccountChanges } from '#ingress/operator/change-account.ts';
import { ifVersion, showTag } from '#ingress/operator/entity-tag.ts';
import { appidInPath } from '#ingress/operator/forms.ts';
import { createPauseAccount } from '#ingress/operator/pause-account.ts';
import { pauseForm } from '#ingress/operator/pause-form.ts';
import {
  pauseOf,
  type ServiceAccountDocument,
  type ServiceAccountModel,
} from '#models/documents/service-account.ts';

const bodyLimit = 65_536;
const listed = z.object({ cursor: cursorOf(1).default([]) });

/** /v1/accounts: the WeChat service accounts. A secret goes in and never comes out. */
export function manageAccounts(deps: {
  accounts: ServiceAccountModel;
  changes: AccountChanges;
  /** Redis's clock, ms. */
  now: () => number;
}): Router {
  const { accounts, changes, now } = deps;
  const find = (appid: string) => accounts.findOne({ appid }).maxTimeMS(2_000).lean();
  const pausing = createPauseAccount({ accounts, now });
  const shown = (account: ServiceAccountDocument) => toShown(account, now());
  const pauseNow = (account: ServiceAccountDocument) => pauseOf(account, now());
  const router = new Router({ prefix: '/v1/accounts', sensitive: true });

  router.get('/', async (ctx) => {
    const { cursor } = checkInput(listed, ctx.query);
    const found = await accounts
      .find(after(cursor, ['appid']))
      .sort({ appid: 1 })
      .limit(pageSize + 1)
      .maxTimeMS(2_000)
      .lean();
    const { page, more } = pageOf(found, ({ appid }) => [appid]);
    ctx.body = { accounts: page.map(shown), ...more };
  });

  router.get('/:appid', async (ctx) => {
    const account = await find(appidOf(ctx));
    if (account === null) throw unknownAccount();
    if (!showTag(ctx, account, pauseNow(account))) ctx.body = shown(account);
  });

  router.put('/:appid', jsonBody(bodyLimit), async (ctx) => {
    const appid = appidOf(ctx);
    const { stored, isNew } = await ifVersion(
      ctx,
      () => find(appid),
      (version) => changes.put(ctx, appid, ctx.request.body, version),
      pauseNow,
    );
    showTag(ctx, stored, pauseNow(stored));
    ctx.status = isNew ? 201 : 200;
    ctx.body = shown(stored);
  });

  router.post('/:appid/pause', optionalJsonBody(bodyLimit), async (ctx) => {
    const form = checkInput(pauseForm, ctx.request.body ?? {});
    ctx.body = shown(await pausing.pause(ctx, appidOf(ctx), form));
  });

  router.post('/:appid/resume', async (ctx) => {
    ctx.body = shown(await pausing.resume(ctx, appidOf(ctx)));
  });

  router.delete('/:appid', async (ctx) => {
    const appid = appidOf(ctx);
    await ifVersion(
      ctx,
      () => find(appid),
      (version) => changes.remove(ctx, appid, version),
      pauseNow,
    );
    ctx.status = 204;
  });

  router.all('/', allowOnly('GET', 'HEAD'));
  router.all('/:appid/pause', allowOnly('POST'));
  router.all('/:appid/resume', allowOnly('POST'));
  router.all('/:appid', allowOnly('GET', 'HEAD', 'PUT', 'DELETE'));
  return router;
}

function appidOf(ctx: RouterContext): string {
  return checkInput(appidInPath, ctx.params).appid;
}

function unknownAccount(): Problem {
  return new Problem(404, 'not_found', 'There is no such account.');
}
