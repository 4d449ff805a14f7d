import Router from '@koa/router';
import mongoose from 'mongoose';
import { z } from 'zod';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import type { Screen } from '#ingress/operate/screens/screen.ts';
import type { OperatorActionDocument, OperatorActionModel } from '#models/documents/operator-action.ts';

const answersWithinMs = 2_000;
const listedAtOnce = 100;
const asked = z.object({
  actor: z.string().trim().max(64).default(''),
  object: z.string().trim().max(200).default(''),
  /** `<ms since the epoch>-<id of the entry>`: what is older than that one. */
  before: z
    .string()
    .regex(/^\d{1,15}-[0-9a-f]{24}$/)
    .optional(),
});

/** GET /operate/audit: who did what, the latest first. */
export function auditScreen({ screen, actions }: { screen: Screen; actions: OperatorActionModel }): Router {
  const router = new Router({ sensitive: true });
  router.get('/operate/audit', async (ctx) => {
    const { actor, object, before } = checkInput(asked, ctx.query);
    const found = await actions
      .find({ ...(actor && { actor }), ...(object && { object }), ...olderThan(before) })
      .sort({ at: -1, _id: -1 })
      .limit(listedAtOnce + 1)
      .maxTimeMS(answersWithinMs)
      .lean<(OperatorActionDocument & { readonly _id: unknown })[]>();
    const rows = found.slice(0, listedAtOnce).map((one) => ({ ...one, changes: changesOf(one) }));
    const last = found[listedAtOnce - 1];
    const older = found.length > listedAtOnce &&
      last && {
        older: `/operate/audit?${new URLSearchParams({
          ...(actor && { actor }),
          ...(object && { object }),
          before: `${last.at.getTime()}-${last._id}`,
        })}`,
      };
    screen.show(ctx, 'audit', { title: screen.wordsFor(ctx).audit.title }, { actor, object, rows, ...older });
  });
  router.all('/operate/audit', allowOnly('GET', 'HEAD'));
  return router;
}

function olderThan(before: string | undefined) {
  if (before === undefined) return {};
  const [ms, id] = before.split('-');
  const at = new Date(Number(ms));
  return {
    $or: [
      { at: mongoose.trusted({ $lt: at }) },
      { at, _id: mongoose.trusted({ $lt: new mongoose.Types.ObjectId(id) }) },
    ],
  };
}

/** Each member that changed, as text: old and new. */
function changesOf({ before = {}, after = {} }: Pick<OperatorActionDocument, 'before' | 'after'>) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const text = (value: unknown) =>
    value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
  return names.map((name) => [name, text(Reflect.get(before, name)), text(Reflect.get(after, name)) ?? '–']);
}
