import type { Context } from 'koa';
import type { OperatorRole } from '#operations/operator-roles.ts';

/** What finds a person, or a login of one, is for support; what changes something, for operators; tokens are root's. */
const paths: readonly (readonly [RegExp, read: OperatorRole, write: OperatorRole])[] = [
  [/^\/v1\/operators(\/|$)/, 'root', 'root'],
  [/^\/operate\/(operators)(\/|$)/, 'root', 'root'],
  [/^\/operate\/audit(\/|$)/, 'operator', 'operator'],
  [/^\/operate\/(find|logins|people)(\/|$)/, 'support', 'support'],
  [/^\/operate\/(new|clients|broadcasts)(\/|$)/, 'operator', 'operator'],
  // The forms of what they name; a page of one is for whoever looks.
  [/^\/operate\/(accounts|enterprises)\/[^/]+\/[^/]+/, 'operator', 'operator'],
  [/^\/operate\/session(\/|$)/, 'viewer', 'viewer'],
];

/** The least role that this request needs. */
export function roleFor(ctx: Context): OperatorRole {
  const isReading = ctx.method === 'GET' || ctx.method === 'HEAD';
  // Routers take capitals for small letters: who may what must not hang on how an address is written.
  const asked = ctx.path.toLowerCase();
  const [, read = 'viewer', write = 'operator'] = paths.find(([path]) => path.test(asked)) ?? [];
  return isReading ? read : write;
}
