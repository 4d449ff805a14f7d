import type { Context } from 'koa';
import { z } from 'zod';
import { enterpriseOf } from '#ingress/host/authenticate-enterprise.ts';
import { loginAnswer } from '#ingress/host/login-answer.ts';
import { codeVerifier, proofOf } from '#ingress/host/proof.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { finishPath } from '#ingress/http/goal-path.ts';
import { userId } from '#ingress/http/person-ids.ts';
import { Problem } from '#ingress/http/problem.ts';
import type { Count } from '#models/counts/tally.ts';
import type { BindingModel } from '#models/documents/binding.ts';
import { findOrCreateBinding } from '#models/documents/bindings.ts';
import { type EnterpriseDocument, keepsUnionid } from '#models/documents/enterprise.ts';
import type { TakenTicket, Tickets } from '#models/login/ticket.ts';
import { within } from '#operations/deadline.ts';

// Together less than the 5 s a host is made to wait at most.
const redisDeadlineMs = 1_000;
const mongoDeadlineMs = 2_500;
/** The body of POST /v1/bindings. */
export const bindForm = z.object({
  bind_ticket: z.string().min(1).max(200),
  user_id: userId,
  code_verifier: codeVerifier,
});

export type BindUserDeps = {
  readonly tickets: Pick<Tickets, 'findBind' | 'completeBind'>;
  readonly bindings: BindingModel;
  readonly publicUrl: string;
  readonly count: Count;
};

/**
 * POST /v1/bindings: names the user of a person who logged in for the first time, and makes the waiting login ready.
 * The binding is written first and the ticket used up last: a request that failed half-way can be sent again as it is.
 */
export function bindUser({ tickets, bindings, publicUrl, count }: BindUserDeps) {
  return async function bindUser(ctx: Context): Promise<void> {
    const enterprise = enterpriseOf(ctx);
    const { entId } = enterprise;
    const given = checkInput(bindForm, ctx.request.body);
    const { bind_ticket: bindTicket, user_id: wanted } = given;
    const proof = proofOf(ctx, given.code_verifier);
    const found = await within(redisDeadlineMs, tickets.findBind(entId, bindTicket, proof));
    if (found === undefined) throw usedUp();
    const { loginId, outcome } = found;
    const further = wayOn(found);
    const isRepeated = outcome.userId !== '';
    const { userId: bound, createdBy } = isRepeated
      ? { userId: outcome.userId, createdBy: '' }
      : await within(mongoDeadlineMs, findOrCreate(enterprise, found, wanted));
    if (bound !== wanted) {
      throw new Problem(409, 'conflict', 'This person of WeChat is bound to another user already.');
    }
    if (!isRepeated) {
      const identity = { ...outcome, userId: wanted, created: createdBy === loginId };
      const { browser, now: knownAt } = found;
      const known = { entId, browser, identity, knownAt, request: proof.request };
      const completed = await within(redisDeadlineMs, tickets.completeBind(loginId, bindTicket, known));
      if (completed === undefined) throw usedUp();
      // The client of an OpenID Connect login is yet to take it, and is counted then (oidc/count-redeemed.ts).
      if (further.continue_url === undefined) count({ entId, appid: outcome.appid }, 'redeemed');
      ctx.body = { ...loginAnswer(enterprise, completed, found), ...further };
    } else ctx.body = { ...loginAnswer(enterprise, outcome, found), ...further };
  };

  /** In an OpenID Connect login it goes on at the client: the host sends the browser there. */
  function wayOn({ loginId, goal }: TakenTicket): { continue_url?: string } {
    const path = finishPath({ id: loginId, goal });
    return path === undefined ? {} : { continue_url: publicUrl + path };
  }

  function findOrCreate(enterprise: EnterpriseDocument, { loginId, outcome }: TakenTicket, userId: string) {
    const { appid, openid, unionid, nickname, avatarUrl } = outcome;
    const now = new Date();
    return findOrCreateBinding(bindings, {
      entId: enterprise.entId,
      appid,
      openid,
      userId,
      ...(keepsUnionid(enterprise) && unionid !== undefined && { unionid }),
      nickname,
      avatarUrl,
      createdBy: loginId,
      createdAt: now,
      updatedAt: now,
    });
  }
}

function usedUp(): Problem {
  return new Problem(400, 'invalid_grant', 'The bind ticket is unknown, used or expired.');
}
