import type { Context } from 'koa';
import { z } from 'zod';
import { holdReasons } from '#ingress/admission/hold-reason.ts';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import type { FindOwnLogin } from '#ingress/browser/find-own-login.ts';
import type { HeldPolls } from '#ingress/browser/held-polls.ts';
import type { LoginView, LoginViews } from '#ingress/browser/login-view.ts';
import type { RequeueLost } from '#ingress/browser/requeue-lost.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { Problem } from '#ingress/http/problem.ts';
import type { FreshLogins } from '#ingress/waking/fresh-logins.ts';
import type { SettledListener, SettledLogins } from '#ingress/waking/settled-logins.ts';
import type { LoginRecord } from '#models/login/record.ts';
import { isLoginId } from '#models/login/store.ts';
import { sameDigest } from '#operations/digest.ts';

const statusQuery = z.object({
  wait: z
    .string()
    .regex(/^(\d|1\d|2[0-5])$/, '0 to 25')
    .optional(),
  /**
   * What the page says already of why it waits, '' for nothing: something else is told at once. Who does not say it is held
   * whatever the reason is.
   */
  told: z
    .enum(['', ...holdReasons])
    .optional()
    .catch(undefined),
});

export type ReadStatus = ReturnType<typeof createReadStatus>;

/** GET /logins/{id}/status: how a login stands, for its own browser only; held up to `wait` seconds while it is pending. */
export function createReadStatus(deps: {
  findOwnLogin: FindOwnLogin;
  viewOf: LoginViews;
  settledLogins: SettledLogins;
  freshLogins: FreshLogins;
  requeueLost: RequeueLost;
  heldPolls: HeldPolls;
  cookie: BrowserCookie;
}) {
  const { findOwnLogin, viewOf, settledLogins, freshLogins, requeueLost, heldPolls, cookie } = deps;

  async function readStatus(ctx: Context, id: string): Promise<void> {
    const { wait = '0', told } = checkInput(statusQuery, ctx.query);
    const waitMs = Number(wait) * 1_000;
    const mayWait = waitMs > 0 && isLoginId(id);
    const fresh = mayWait ? freshLogins.take(id, cookie.digestOf(ctx)) : undefined;
    // Listen before the read: what settles between the two must not be missed.
    const listener = fresh?.listener ?? (mayWait ? settledLogins.listen(id) : undefined);
    try {
      const login = fresh?.login ?? (await findOwnLogin(ctx, id));
      if (login === undefined) throw new Problem(404, 'not_found', 'There is no such login in this browser.');
      let view = await viewOf(login);
      if (view.status === 'pending' && listener !== undefined) requeueLost(login);
      const isNews = told !== undefined && told !== (view.because ?? '');
      if (view.status === 'pending' && !isNews && listener !== undefined) {
        const release = heldPolls.hold(id, listener.stop, { hasCode: login.stage !== 'open' });
        ctx.res.once('close', listener.stop);
        const settled = listener.settled(Math.min(waitMs, untilItDies(login))).finally(release);
        view = await viewOfSettled(ctx, login, await settled);
      }
      ctx.body = view satisfies LoginView;
    } finally {
      listener?.stop();
    }
  }

  async function viewOfSettled(
    ctx: Context,
    login: LoginRecord,
    settled: Awaited<ReturnType<SettledListener['settled']>>,
  ) {
    // The login may have become another browser's while this poll was held: whose it was when it settled is in the news.
    const isOurs = settled?.browser !== undefined && sameDigest(settled.browser, cookie.digestOf(ctx) ?? '');
    // A lost round also changed how many were lost and what to ask WeChat for: that is read.
    if (isOurs && settled.status !== 'reauthorize' && settled.status !== 'pending') {
      const { status, reason, outcome } = settled;
      return viewOf({ ...login, stage: 'settled', status, reason, outcome, ticketDiesAt: 0 });
    }
    const current = await findOwnLogin(ctx, login.id);
    if (current === undefined) throw new Problem(404, 'not_found', 'There is no such login in this browser.');
    return viewOf(current);
  }

  return readStatus;
}

/** A login that dies while its page waits is told then, not at the end of the wait. */
function untilItDies({ codeDiesAt, now }: LoginRecord): number {
  return codeDiesAt === undefined ? Number.POSITIVE_INFINITY : Math.max(codeDiesAt - now + 50, 50);
}
