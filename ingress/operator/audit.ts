import type { Context, Middleware } from 'koa';
import { insertMany } from '#models/documents/mongo-command.ts';
import type { OperatorActionModel } from '#models/documents/operator-action.ts';
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
};
export const changed = '(changed)';

const key = 'audit';

/** Puts a deed on record, for a majority of the members and in their journals. Throws what MongoDB throws: then it must not be done. */
export const audit = (ctx: Context, deed: Deed): Promise<void> =>
  (ctx.state[key] as (deed: Deed) => Promise<void>)(deed);

type Records = { readonly actions: OperatorActionModel; readonly addressOf: ClientAddress };

/** The same where who does it is known from elsewhere than the request's credentials. */
export async function putOnRecord(
  { actions, addressOf }: Records,
  ctx: Context,
  { name: actor, role }: Operator,
  { action, object, before, after }: Deed,
): Promise<void> {
  const entry = {
    at: new Date(),
    actor,
    role,
    address: addressOf(ctx.req),
    action,
    object,
    ...(before && { before }),
    ...(after && { after }),
    requestId: requestIdOf(ctx) ?? '',
  };
  await insertMany(actions, [entry]);
}

/** Gives the requests after it {@link audit}. */
export function withAudit(records: Records): Middleware {
  return function withAudit(ctx, next) {
    ctx.state[key] = (deed: Deed): Promise<void> => putOnRecord(records, ctx, operatorOf(ctx), deed);
    return next();
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
