import Router from '@koa/router';
import mongoose from 'mongoose';
import { z } from 'zod';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import type { Screen } from '#ingress/operate/screens/screen.ts';
import { audit } from '#ingress/operator/audit.ts';
import type { LoginHistoryModel } from '#models/documents/login-history.ts';
import { supportCodeOf } from '#models/login/support-code.ts';

const mostShown = 50;
const answersWithinMs = 1_000;
/** A person has one for each of SECRET_KEYS. */
export const mostDigests = 8;
const personInPath = z.object({ digests: z.string().regex(/^[\w-]{22}(\.[\w-]{22}){0,7}$/) });

/** Where the logins of a person are, by the names that the history has of him. */
export const pathOfPerson = (digests: readonly string[]): string =>
  `/operate/people/${digests.slice(0, mostDigests).join('.')}`;

/** The last logins of a person, by the index of his names. Throws what MongoDB throws. */
export function loginsOf(history: LoginHistoryModel, digests: readonly string[], most = mostShown) {
  return history
    .find({ openidDigest: mongoose.trusted({ $in: [...digests] }) })
    .sort({ at: -1 })
    .limit(most)
    .maxTimeMS(answersWithinMs)
    .lean();
}

/** GET /operate/people/{digest}: the last logins of one person at one account. Who it is, nobody learns here. */
export function personScreen({ screen, history }: { screen: Screen; history: LoginHistoryModel }): Router {
  const router = new Router({ prefix: '/operate/people', sensitive: true });
  router.get('/:digests', async (ctx) => {
    const digests = checkInput(personInPath, ctx.params).digests.split('.');
    await audit(ctx, { action: 'look at a person', object: `person ${digests[0]}` });
    const found = await loginsOf(history, digests);
    const logins = found.map(({ _id, at, entId, appid, outcome, reason, errcode, cause }) => ({
      login: _id.split(':', 1)[0],
      code: supportCodeOf(_id),
      at,
      entId,
      appid,
      outcome,
      reason,
      errcode,
      cause,
    }));
    screen.show(ctx, 'person', { title: screen.wordsFor(ctx).person.title }, { logins });
  });
  router.all('/:digests', allowOnly('GET', 'HEAD'));
  return router;
}
