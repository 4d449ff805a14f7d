import type { Context } from 'koa';
import mongoose from 'mongoose';
import { z } from 'zod';
import { enterpriseOf } from '#ingress/host/authenticate-enterprise.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { userId } from '#ingress/http/person-ids.ts';
import type { BindingModel } from '#models/documents/binding.ts';
import {
  type LoginHistoryDocument,
  type LoginHistoryModel,
  openidDigests,
} from '#models/documents/login-history.ts';
import { supportCodeOf } from '#models/login/support-code.ts';
import type { Sealer } from '#models/sealing.ts';
import { within } from '#operations/deadline.ts';

const mostListed = 10;
const mostPeople = 20;
const deadlineMs = 3_000;
const asked = z.object({ user_id: userId });

/**
 * GET /v1/logins?user_id=: the last ten logins of one user of this enterprise, for its own support. Those that ended before WeChat told
 * who it was are nobody's: an operator finds them by the support code on their page.
 */
export function listLogins(deps: {
  bindings: BindingModel;
  history: LoginHistoryModel;
  sealer: Pick<Sealer, 'pseudonyms'>;
  /** What to tell a person, in the language of whoever asks. */
  tellPerson: (ctx: Context, outcome: string, reason: string | undefined) => string;
}) {
  const { bindings, history, sealer, tellPerson } = deps;

  async function find(entId: string, user: string): Promise<LoginHistoryDocument[]> {
    const people = await bindings
      .find({ entId, userId: user })
      .select({ _id: 0, appid: 1, openid: 1 })
      .limit(mostPeople)
      .maxTimeMS(deadlineMs)
      .lean();
    if (people.length === 0) return [];
    const digests = people.flatMap((person) => openidDigests(sealer, person));
    return history
      .find({ openidDigest: mongoose.trusted({ $in: digests }), entId })
      .sort({ at: -1 })
      .limit(mostListed)
      .maxTimeMS(deadlineMs)
      .lean<LoginHistoryDocument[]>();
  }

  return async function listLogins(ctx: Context): Promise<void> {
    const { entId } = enterpriseOf(ctx);
    const { user_id: user } = checkInput(asked, ctx.query);
    const found = await within(deadlineMs, find(entId, user));
    ctx.body = {
      logins: found.map(({ _id, outcome, reason, at }) => ({
        support_code: supportCodeOf(_id),
        outcome,
        ...(reason && { reason }),
        at: at.toISOString(),
        tell: tellPerson(ctx, outcome, reason),
      })),
    };
  };
}
