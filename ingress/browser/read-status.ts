import type { Context } from 'koa';
import { z } from 'zod';
import { holdReasons } from '#ingress/admission/hold-reason.ts';
import type { AwaitView } from '#ingress/browser/await-view.ts';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import type { FindOwnLogin } from '#ingress/browser/find-own-login.ts';
import type { HeldPolls } from '#ingress/browser/held-polls.ts';
import { type LoginView, type LoginViews, pendingUntil } from '#ingress/browser/login-view.ts';
import type { RequeueLost } from '#ingress/browser/requeue-lost.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { Problem } from '#ingress/http/problem.ts';
import type { FreshLogins } from '#ingress/waking/fresh-logins.ts';
import type { SettledLogins } from '#ingress/waking/settled-logins.ts';
import type { LoginRecord } from '#models/login/record.ts';
import { isLoginId } from '#models/login/store.ts';

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

/** Not a member of the answer, which programs read as well. */
const whoHeader = 'X-Login-Who';

export type ReadStatus = ReturnType<typeof createReadStatus>;

/** GET /logins/{id}/status: how a login stands, for its own browser only; held up to `wait` seconds while it is pending. */
export function createReadStatus(deps: {
  findOwnLogin: FindOwnLogin;
  viewOf: LoginViews;
  awaitView: AwaitView;
  settledLogins: SettledLogins;
  freshLogins: FreshLogins;
  requeueLost: RequeueLost;
  heldPolls: HeldPolls;
  cookie: BrowserCookie;
}) {
  const { findOwnLogin, viewOf, awaitView, settledLogins, freshLogins, requeueLost, heldPolls, cookie } =
    deps;

  async function readStatus(ctx: Context, id: string): Promise<void> {
    const { wait = '0', told: isTold } = checkInput(statusQuery, ctx.query);
    const waitMs = Number(wait) * 1_000;
    const mayWait = waitMs > 0 && isLoginId(id);
    const fresh = mayWait ? freshLogins.take(id, cookie.digestOf(ctx)) : undefined;
    // Listen before the read: what settles between the two must not be missed.
    const listener = fresh?.listener ?? (mayWait ? settledLogins.listen(id) : undefined);
    try {
      const login = fresh?.login ?? (await findOwnLogin(ctx, id));
      let view = login && (await viewOf(login));
      if (login === undefined || view === undefined) throw noSuchLogin();
      if (view.status === 'pending' && listener !== undefined) requeueLost(login);
      const isNews = isTold !== undefined && isTold !== (view.because ?? '');
      if (view.status === 'pending' && !isNews && listener !== undefined) {
        const release = heldPolls.hold(id, listener.stop, { hasCode: login.stage !== 'open' });
        ctx.res.once('close', listener.stop);
        view = await awaitView(ctx, login, listener, Math.min(waitMs, untilItDies(login))).finally(release);
      }
      if (view === undefined) throw noSuchLogin();
      const { who, ...told } = view satisfies LoginView;
      if (who) ctx.set(whoHeader, encodeURIComponent(who.toWellFormed()));
      ctx.body = told;
    } finally {
      listener?.stop();
    }
  }

  return readStatus;
}

/** One that does not exist and one of another browser are told alike. */
const noSuchLogin = () => new Problem(404, 'not_found', 'There is no such login in this browser.');

/** A login that dies while its page waits is told then, not at the end of the wait. */
function untilItDies(login: LoginRecord): number {
  return Math.max(pendingUntil(login) - login.now + 50, 50);
}
