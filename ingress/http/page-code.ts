import type { Context } from 'koa';
import { isLoginId } from '#models/login/store.ts';
import { supportCodeOf } from '#models/login/support-code.ts';
import { requestIdOf } from '#operations/request-id.ts';

/**
 * The support code of a page that does not lead on: of its login, which `GET /operate/logins/{code}` finds; of a page without one,
 * the beginning of its X-Request-Id, which its line in the log has.
 */
export function pageCode(ctx: Context, loginId = loginIdIn(ctx)): string {
  if (loginId !== undefined) return supportCodeOf(loginId);
  // A login's id begins with two digits that are no part of its code.
  return supportCodeOf(`00${requestIdOf(ctx)?.replaceAll('-', '') ?? ''}`);
}

/** Of the path alone: an error's page is drawn for requests whose query nobody is to read. */
function loginIdIn(ctx: Context): string | undefined {
  const [, id = ''] = /^\/logins\/(\w{34})/.exec(ctx.path) ?? [];
  return isLoginId(id) ? id : undefined;
}
