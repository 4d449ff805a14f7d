import type { LoginHistoryModel } from '#models/documents/login-history.ts';
import { supportCodeOf } from '#models/login/support-code.ts';

const mostShown = 50;
const answersWithinMs = 1_000;

export type Failure = Awaited<ReturnType<typeof lastFailures>>[number];

/** The last logins that failed, of one enterprise or account, by an index of them alone. Throws what MongoDB throws. */
export async function lastFailures(
  history: LoginHistoryModel,
  whose: { readonly entId: string } | { readonly appid: string },
) {
  const found = await history
    .find({ ...whose, outcome: 'failed' })
    .sort({ at: -1 })
    .limit(mostShown)
    .hint('entId' in whose ? 'failed_of_enterprise' : 'failed_of_account')
    .maxTimeMS(answersWithinMs)
    .lean();
  return found.map(({ _id, at, entId, reason, errcode, endpoint, cause }) => ({
    code: supportCodeOf(_id),
    at,
    entId,
    reason,
    errcode,
    endpoint,
    cause,
  }));
}
