import type { Context } from 'koa';
import { z } from 'zod';
import { enterpriseOf } from '#ingress/host/authenticate-enterprise.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { Problem } from '#ingress/http/problem.ts';
import { documentIdOf } from '#models/documents/enterprise.ts';
import type { Tickets } from '#models/login/ticket.ts';
import { within } from '#operations/deadline.ts';

const deadlineMs = 3_000;
/** The body of POST /v1/bind-tickets/look. */
export const lookForm = z.object({ bind_ticket: z.string().min(1).max(200) });

/** POST /v1/bind-tickets/look: whose WeChat a bind ticket stands for, so that the host can name it before it binds. */
export function lookAtBindTicket({ tickets }: { tickets: Pick<Tickets, 'lookAtBind'> }) {
  return async function lookAtBindTicket(ctx: Context): Promise<void> {
    const enterprise = enterpriseOf(ctx);
    const { bind_ticket: bindTicket } = checkInput(lookForm, ctx.request.body);
    const found = await within(
      deadlineMs,
      tickets.lookAtBind(enterprise.entId, bindTicket, { enterprise: documentIdOf(enterprise) }),
    );
    if (found === undefined) {
      throw new Problem(400, 'invalid_grant', 'The bind ticket is unknown, used or expired.');
    }
    const { outcome, begunAt, expiresAt } = found;
    ctx.body = {
      appid: outcome.appid,
      nickname: outcome.nickname,
      avatar_url: outcome.avatarUrl,
      begun_at: new Date(begunAt).toISOString(),
      expires_at: new Date(expiresAt).toISOString(),
    };
  };
}
