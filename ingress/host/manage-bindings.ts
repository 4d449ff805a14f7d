import type { RouterContext } from '@koa/router';
import mongoose from 'mongoose';
import type { Logger } from 'pino';
import { z } from 'zod';
import { enterpriseOf } from '#ingress/host/authenticate-enterprise.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { after, type Cursor, cursorOf, pageOf, pageSize } from '#ingress/http/page-of.ts';
import { openid, userId } from '#ingress/http/person-ids.ts';
import { Problem } from '#ingress/http/problem.ts';
import type { BindingDocument, BindingModel } from '#models/documents/binding.ts';
import { type EnterpriseDocument, keepsUnionid } from '#models/documents/enterprise.ts';
import type { Erasure } from '#models/documents/erasure.ts';
import type { Unbinding } from '#models/login/unbinding.ts';
import { within } from '#operations/deadline.ts';
import { requestIdOf } from '#operations/request-id.ts';

const deadlineMs = 3_000;

const order = ['appid', 'openid'] as const;
const query = z
  .object({
    user_id: userId.optional(),
    openid: openid.optional(),
    cursor: cursorOf(order.length).optional(),
  })
  .refine((given) => given.user_id === undefined || given.openid === undefined, {
    error: 'give either user_id or openid',
  })
  .refine((given) => Object.values(given).some((value) => value !== undefined), {
    error: 'give user_id, openid, or cursor: an empty one for all from the beginning',
  });

/**
 * GET /v1/bindings?user_id=|openid=|cursor=: an openid has one binding for each account the enterprise has used; with neither
 * all of the enterprise. In pages: `next_cursor` is there while there are more.
 */
export function findBindings({ bindings }: { bindings: BindingModel }) {
  async function filterOf(entId: string, given: z.output<typeof query>) {
    if (given.openid !== undefined) return await filterByOpenid(bindings, entId, given.openid);
    return given.user_id === undefined ? { entId } : { entId, userId: given.user_id };
  }

  return async function findBindings(ctx: RouterContext): Promise<void> {
    const enterprise = enterpriseOf(ctx);
    const given = checkInput(query, ctx.query);
    const filter = await within(deadlineMs, filterOf(enterprise.entId, given));
    const { page, more } = await findPage(bindings, filter, given.cursor);
    ctx.body = { bindings: page.map((binding) => toAnswer(enterprise, binding)), ...more };
  };
}

/** In the order of appid and openid; `next` is where the page behind it begins. Throws what MongoDB throws. */
export async function findPage(bindings: BindingModel, filter: object, cursor: Cursor = []) {
  const found = bindings
    .find({ $and: [filter, after(cursor, order)] })
    .sort({ appid: 1, openid: 1 })
    .limit(pageSize + 1)
    .maxTimeMS(2_000)
    .lean<BindingDocument[]>();
  return pageOf(await within(deadlineMs, found), (last) => [last.appid, last.openid]);
}

/** DELETE /v1/bindings/{openid}: the person's next login is a first one again, and no ticket of an earlier one is good. */
export function removeBinding(deps: { bindings: BindingModel; unbinding: Unbinding; log: Logger }) {
  const { bindings, unbinding, log } = deps;
  return async function removeBinding(ctx: RouterContext): Promise<void> {
    const { entId, appid: current } = enterpriseOf(ctx);
    const given = checkInput(z.object({ openid }), ctx.params);
    const remove = async () => {
      // Also where nothing is bound: a removal whose answer was lost is repeated.
      const appids = new Set([current, ...(await accountsOf(bindings, entId))]);
      return unbinding.remove([...appids].map((appid) => ({ entId, appid, openid: given.openid })));
    };
    const removed = await within(deadlineMs, remove());
    if (removed === 0) throw new Problem(404, 'not_found', 'There is no such binding.');
    log.info({ requestId: requestIdOf(ctx), ent_id: entId, removed }, 'unbound by the host');
    ctx.status = 204;
  };
}

/** DELETE /v1/bindings?user_id=: all of one user, with the history of its logins. */
export function eraseUser({ erasure, log }: { erasure: Pick<Erasure, 'eraseUser'>; log: Logger }) {
  return async function eraseUser(ctx: RouterContext): Promise<void> {
    const { entId } = enterpriseOf(ctx);
    // With an `openid` beside it one WeChat of several may be meant.
    const given = checkInput(z.strictObject({ user_id: userId }), ctx.query);
    const erased = await within(deadlineMs, erasure.eraseUser(entId, given.user_id));
    if (erased.bindings === 0) throw new Problem(404, 'not_found', 'There is no such user.');
    log.info({ requestId: requestIdOf(ctx), ent_id: entId, erased }, 'erased by the host');
    ctx.status = 204;
  };
}

/** The enterprise's accounts, past and present. */
const accountsOf = (bindings: BindingModel, entId: string): Promise<string[]> =>
  bindings.distinct('appid', { entId }).maxTimeMS(2_000).exec();

/** Names the enterprise's accounts, past and present, since the index has them between ent_id and openid. */
async function filterByOpenid(bindings: BindingModel, entId: string, wanted: string) {
  const appids = await accountsOf(bindings, entId);
  return { entId, appid: mongoose.trusted({ $in: appids }), openid: wanted };
}

export function toAnswer(enterprise: EnterpriseDocument, binding: BindingDocument) {
  return {
    user_id: binding.userId,
    appid: binding.appid,
    openid: binding.openid,
    ...(keepsUnionid(enterprise) && binding.unionid !== undefined && { unionid: binding.unionid }),
    nickname: binding.nickname,
    avatar_url: binding.avatarUrl,
    created_at: binding.createdAt,
    updated_at: binding.updatedAt,
  };
}
