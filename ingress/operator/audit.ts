import type { Context, Middleware } from 'koa';
import { type Model, Types } from 'mongoose';
import type { Logger } from 'pino';
import { insertMany, updateMany } from '#models/documents/mongo-command.ts';
import type { DeedOutcome, OperatorActionModel } from '#models/documents/operator-action.ts';
import type { ClientAddress } from '#operations/client-address.ts';
import type { Operator } from '#operations/operator-roles.ts';
import { requestIdOf } from '#operations/request-id.ts';
import { operatorOf } from '#operations/require-operator.ts';

/** What is about to be done. Values of secrets do not belong here: a secret that changes is {@link changed}. */
export type Deed = {
  readonly action: string;
  readonly object: string;
  readonly before?: object | undefined;
  readonly after?: object | undefined;
  /** Nothing is changed by it, though it is asked for as a form. */
  readonly isLook?: boolean;
};
export const changed = '(changed)';

const key = 'audit';

/** Puts a deed on record, for a majority of the members and in their journals. Throws what MongoDB throws: then it must not be done. */
export const audit = (ctx: Context, deed: Deed): Promise<void> =>
  (ctx.state[key] as (deed: Deed) => Promise<void>)(deed);

type Records = { readonly actions: OperatorActionModel; readonly addressOf: ClientAddress };

/** The same where who does it is known from elsewhere than the request's credentials. Answers the entry's id. */
export async function putOnRecord(
  { actions, addressOf }: Records,
  ctx: Context,
  { name: actor, role }: Operator,
  { action, object, before, after }: Deed,
  outcome?: DeedOutcome,
): Promise<Types.ObjectId> {
  const _id = new Types.ObjectId();
  const entry = {
    _id,
    at: new Date(),
    actor,
    role,
    address: addressOf(ctx.req),
    action,
    object,
    ...(before && { before }),
    ...(after && { after }),
    requestId: requestIdOf(ctx) ?? '',
    ...(outcome && { outcome }),
  };
  await insertMany<object>(actions as unknown as Model<object>, [entry]);
  return _id;
}

/**
 * Gives the requests after it {@link audit}, and puts on record what came of what they were to do: a fault of whoever asked did
 * nothing; after one of ours nobody knows.
 */
export function withAudit(records: Records & { readonly log: Logger }): Middleware {
  const { actions, log } = records;
  return async function withAudit(ctx, next) {
    const deeds: Types.ObjectId[] = [];
    const isLook = ctx.method === 'GET' || ctx.method === 'HEAD';
    ctx.state[key] = async (deed: Deed): Promise<void> => {
      const outcome = isLook || deed.isLook ? undefined : 'begun';
      const id = await putOnRecord(records, ctx, operatorOf(ctx), deed, outcome);
      if (outcome !== undefined) deeds.push(id);
    };

    async function tellOutcome(status: number): Promise<void> {
      if (deeds.length === 0 || status >= 500) return;
      const outcome = status >= 400 ? 'refused' : 'done';
      const updates = deeds.map((_id) => ({ q: { _id }, u: { $set: { outcome } } }));
      // It is done: that this cannot be written is no reason to say otherwise.
      await updateMany(actions, updates).catch((error) =>
        log.warn({ err: error, requestId: requestIdOf(ctx) }, 'outcome of a deed not on record'),
      );
    }

    try {
      await next();
    } catch (error) {
      const { status } = error as { status?: unknown };
      await tellOutcome(typeof status === 'number' ? status : 500);
      throw error;
    }
    await tellOutcome(ctx.status);
  };
}

/** The members of two answers that differ, as they were and as they are to be. */
export function difference(before: object | null, after: object): { before?: object; after: object } {
  const old = new Map<string, unknown>(Object.entries(before ?? {}));
  const names = [...new Set([...old.keys(), ...Object.keys(after)])].filter(
    (name) => JSON.stringify(old.get(name)) !== JSON.stringify(Reflect.get(after, name)),
  );
  const pick = (from: object) =>
    Object.fromEntries(names.flatMap((name) => (name in from ? [[name, Reflect.get(from, name)]] : [])));
  return { ...(before && { before: pick(before) }), after: pick(after) };
}
