import type { Context, Middleware } from 'koa';
import type { Logger } from 'pino';
import type { Counted } from '#models/documents/erasure.ts';
import type { ClientAddress } from '#operations/client-address.ts';
import { requestIdOf } from '#operations/request-id.ts';
import { operatorOf } from '#operations/require-operator.ts';

/** What a change was about: names of fields, never their values, which may be secrets. */
export type Change = {
  readonly appid?: string;
  readonly ent_id?: string;
  readonly client_id?: string;
  /** Of a named token. */
  readonly operator?: string;
  readonly fields?: readonly string[];
  /** Where people of an enterprise land from now on: whoever changes that, gets their tickets. */
  readonly login_origin?: string;
  /** How many bindings and entries of the history. */
  readonly erased?: Counted;
};

const key = 'change';

/** Tells {@link logChanges} what this request has changed. */
export function noteChange(ctx: Context, change: Change): void {
  ctx.state[key] = change;
}

/** Tells {@link logChanges} that this request, though a form, changes nothing. */
export function noteLook(ctx: Context): void {
  ctx.state[key] = 'look';
}

/** One line for everything that was changed at the operator's door, the dashboard's buttons included. */
export function logChanges({ log, addressOf }: { log: Logger; addressOf: ClientAddress }): Middleware {
  return async function logChanges(ctx, next) {
    await next();
    if (ctx.method === 'GET' || ctx.method === 'HEAD' || ctx.status >= 400) return;
    if (ctx.state[key] === 'look') return;
    const { method, path } = ctx;
    const { name: operator, role } = operatorOf(ctx);
    const by = { operator, role, address: addressOf(ctx.req) };
    log.info({ requestId: requestIdOf(ctx), by, method, path, ...ctx.state[key] }, 'changed by an operator');
  };
}

/** The names of the fields that differ, or all that are there when there was nothing before. */
export function changedFields(before: object | null, after: object): string[] {
  const old = new Map<string, unknown>(Object.entries(before ?? {}));
  const isSame = (name: string, value: unknown) => JSON.stringify(old.get(name)) === JSON.stringify(value);
  const names = Object.entries(after).flatMap(([name, value]) => (isSame(name, value) ? [] : [name]));
  return [...names, ...[...old.keys()].filter((name) => !(name in after))];
}
