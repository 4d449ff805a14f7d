import type { Context } from 'koa';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import { withinASecond } from '#ingress/http/redis-deadline.ts';
import type { LoginRecord, LoginRecords } from '#models/login/record.ts';
import { isLoginId } from '#models/login/store.ts';
import { sameDigest } from '#operations/digest.ts';

export type FindOwnLogin = (ctx: Context, id: string) => Promise<LoginRecord | undefined>;

/** Finds a login of this browser. Undefined for one that does not exist and for another browser's: nobody can tell which. */
export function createFindOwnLogin({
  records,
  cookie,
}: {
  records: Pick<LoginRecords, 'read'>;
  cookie: Pick<BrowserCookie, 'digestOf'>;
}): FindOwnLogin {
  return async function findOwnLogin(ctx, id) {
    const browser = cookie.digestOf(ctx);
    if (browser === undefined || !isLoginId(id)) return undefined;
    const login = await withinASecond(() => records.read(id));
    return login !== undefined && sameDigest(login.browser, browser) ? login : undefined;
  };
}
