import type { Context } from 'koa';
import type { AwaitView } from '#ingress/browser/await-view.ts';
import type { HeldPolls } from '#ingress/browser/held-polls.ts';
import type { LoginView } from '#ingress/browser/login-view.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import { pageOpenMs } from '#ingress/browser/pages/waiting-page.ts';
import type { SettledListener } from '#ingress/waking/settled-logins.ts';
import type { LoginRecord } from '#models/login/record.ts';

export type SendOpenPage = ReturnType<typeof createSendOpenPage>;

/**
 * The page of a pending login is its own first question: it is sent at once, and its answer stays open for a moment. If the login
 * ends meanwhile, the end of the page says so and leads on. If not, the page ends without a word, and its script asks.
 */
export function createSendOpenPage(deps: {
  awaitView: AwaitView;
  heldPolls: Pick<HeldPolls, 'hold'>;
  pages: Pick<Pages, 'waitingEnd'>;
  openMs?: number;
}) {
  const { awaitView, heldPolls, pages, openMs = pageOpenMs } = deps;

  /** `listener` must listen since before `login` was read. */
  return async function sendOpenPage(
    ctx: Context,
    page: readonly Buffer[],
    login: LoginRecord,
    listener: SettledListener,
  ): Promise<void> {
    const release = roomFor(login, listener);
    if (release === undefined) {
      ctx.type = 'text/html; charset=utf-8';
      ctx.body = Buffer.concat(page);
      return;
    }
    const { res } = ctx;
    res.once('close', listener.stop);
    // nginx would keep a page to itself until it is whole.
    res.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'X-Accel-Buffering': 'no' });
    // As one chunk, and not as one buffer: a process would keep 15 KB more for each page.
    res.cork();
    for (const part of page) res.write(part);
    res.uncork();
    ctx.respond = false;
    const view = await endOf(ctx, login, listener).finally(release);
    if (view === undefined || view.status === 'pending') res.end();
    else res.end(pages.waitingEnd(view));
  };

  /** Undefined when too many are held: the page's script, which asks next, is told when to come again. */
  function roomFor(login: LoginRecord, listener: SettledListener): (() => void) | undefined {
    try {
      return heldPolls.hold(login.id, listener.stop, { hasCode: login.stage !== 'open' });
    } catch {
      return undefined;
    }
  }

  /** Undefined when nothing was heard in time, or nothing can be told: half of the page is sent, so the script asks again. */
  async function endOf(
    ctx: Context,
    login: LoginRecord,
    listener: SettledListener,
  ): Promise<LoginView | undefined> {
    if ((await listener.settled(openMs)) === undefined) return undefined;
    return awaitView(ctx, login, listener, 0).catch(() => undefined);
  }
}
