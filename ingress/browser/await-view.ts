import type { Context } from 'koa';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import type { FindOwnLogin } from '#ingress/browser/find-own-login.ts';
import type { LoginView, LoginViews } from '#ingress/browser/login-view.ts';
import type { SettledListener } from '#ingress/waking/settled-logins.ts';
import type { LoginRecord } from '#models/login/record.ts';
import { sameDigest } from '#operations/digest.ts';

export type AwaitView = ReturnType<typeof createAwaitView>;

/** Waits for the news of a pending login, and tells how it stands then. */
export function createAwaitView(deps: {
  findOwnLogin: FindOwnLogin;
  viewOf: LoginViews;
  cookie: Pick<BrowserCookie, 'digestOf'>;
}) {
  const { findOwnLogin, viewOf, cookie } = deps;

  /** `listener` must listen since before `login` was read. Undefined when the login is another browser's by then, or gone. */
  return async function awaitView(
    ctx: Context,
    login: LoginRecord,
    listener: SettledListener,
    waitMs: number,
  ): Promise<LoginView | undefined> {
    const settled = await listener.settled(waitMs);
    // The login may have become another browser's meanwhile: whose it was when it settled is in the news.
    const isOurs = settled?.browser !== undefined && sameDigest(settled.browser, cookie.digestOf(ctx) ?? '');
    // A lost round also changed how many were lost and what to ask WeChat for: that is read.
    if (isOurs && settled.status !== 'reauthorize' && settled.status !== 'pending') {
      const { status, reason, outcome } = settled;
      return viewOf({ ...login, stage: 'settled', status, reason, outcome, ticketDiesAt: 0 });
    }
    const current = await findOwnLogin(ctx, login.id);
    return current && viewOf(current);
  };
}
