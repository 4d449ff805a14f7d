import type { Context } from 'koa';
import type { Logger } from 'pino';
import { z } from 'zod';
import { checkInput } from '#ingress/check-input.ts';
import { enterpriseOf } from '#ingress/host/authenticate-enterprise.ts';
import { loginAnswer } from '#ingress/host/login-answer.ts';
import { userId } from '#ingress/host/person.ts';
import { Problem } from '#ingress/problem.ts';
import { upsertTwice } from '#ingress/upsert-twice.ts';
import type { BindingDocument, BindingModel } from '#models/binding.ts';
import type { SettledLogin } from '#models/settled-channel.ts';
import type { TakenTicket, Tickets } from '#models/ticket.ts';
import { within } from '#operations/deadline.ts';

// Together less than the 5 s a host is made to wait at most.
const redisDeadlineMs = 1_000;
const mongoDeadlineMs = 2_500;
const body = z.object({ bind_ticket: z.string().min(1).max(200), user_id: userId });

export type BindUserDeps = {
  readonly tickets: Pick<Tickets, 'findBind' | 'completeBind'>;
  readonly bindings: BindingModel;
  /** Wakes the waiting page. */
  readonly announce: (settled: SettledLogin) => Promise<void>;
  readonly log: Logger;
};

/**
 * POST /v1/bindings: names the user of a person who logged in for the first time, and makes the waiting login ready.
 * The binding is written first and the ticket used up last: a request that failed half-way can be sent again as it is.
 */
export function bindUser({ tickets, bindings, announce, log }: BindUserDeps) {
  return async function bindUser(ctx: Context): Promise<void> {
    const { entId } = enterpriseOf(ctx);
    const { bind_ticket: bindTicket, user_id: wanted } = checkInput(body, ctx.request.body);
    const found = await within(redisDeadlineMs, tickets.findBind(entId, bindTicket));
    if (found === undefined) throw usedUp();
    const { loginId, outcome, target } = found;
    const binding = await within(mongoDeadlineMs, findOrCreate(entId, found, wanted));
    if (binding.userId !== wanted) {
      throw new Problem(409, 'conflict', 'This person of WeChat is bound to another user already.');
    }
    const identity = { ...outcome, userId: wanted, created: binding.createdBy === loginId };
    const completed = await within(redisDeadlineMs, tickets.completeBind(loginId, bindTicket, identity));
    if (completed === undefined) throw usedUp();
    // The login is ready, told or not: a page that missed the news reads it by itself.
    announce({ id: loginId, status: 'ready', outcome: completed.sealed }).catch((err: unknown) =>
      log.warn({ login: loginId, err }, 'could not wake the waiting page after a bind'),
    );
    ctx.body = loginAnswer(entId, completed.outcome, target);
  };

  /** The unique index decides between two that bind at once. */
  function findOrCreate(entId: string, { loginId, outcome }: TakenTicket, wanted: string) {
    const { appid, openid, unionid, nickname, avatarUrl } = outcome;
    const now = new Date();
    return upsertTwice<BindingDocument>(() =>
      bindings
        .findOneAndUpdate(
          { entId, appid, openid },
          {
            $setOnInsert: {
              userId: wanted,
              ...(unionid !== undefined && { unionid }),
              nickname,
              avatarUrl,
              createdBy: loginId,
              createdAt: now,
              updatedAt: now,
            },
          },
          { upsert: true, returnDocument: 'after', maxTimeMS: 2_000 },
        )
        .lean<BindingDocument>()
        .orFail(),
    );
  }
}

function usedUp(): Problem {
  return new Problem(400, 'invalid_grant', 'The bind ticket is unknown, used or expired.');
}
