import type { Context } from 'koa';
import { z } from 'zod';
import { enterpriseOf } from '#ingress/host/authenticate-enterprise.ts';
import { loginAnswer } from '#ingress/host/login-answer.ts';
import { codeVerifier, proofOf } from '#ingress/host/proof.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { Problem } from '#ingress/http/problem.ts';
import type { Count } from '#models/counts/tally.ts';
import type { Tickets } from '#models/login/ticket.ts';
import { within } from '#operations/deadline.ts';

const redeemDeadlineMs = 3_000;
/** The body of POST /v1/tickets/redeem. */
export const redeemForm = z.object({ ticket: z.string().min(1).max(200), code_verifier: codeVerifier });

/** POST /v1/tickets/redeem: trades a ticket, once, for who logged in. Needs Redis only. */
export function redeemTicket({ tickets, count }: { tickets: Pick<Tickets, 'redeem'>; count: Count }) {
  return async function redeemTicket(ctx: Context): Promise<void> {
    const enterprise = enterpriseOf(ctx);
    const { ticket, code_verifier: verifier } = checkInput(redeemForm, ctx.request.body);
    const proof = proofOf(ctx, verifier);
    const taken = await within(redeemDeadlineMs, tickets.redeem(enterprise.entId, ticket, proof));
    if (taken === undefined) {
      throw new Problem(400, 'invalid_grant', 'The ticket is unknown, used or expired.');
    }
    if (taken.isFirst) count({ entId: enterprise.entId, appid: taken.outcome.appid }, 'redeemed');
    ctx.body = loginAnswer(enterprise, taken.outcome, taken);
  };
}
