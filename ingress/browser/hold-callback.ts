import type { Context } from 'koa';
import type { AwaitView } from '#ingress/browser/await-view.ts';
import type { FindOwnLogin } from '#ingress/browser/find-own-login.ts';
import type { LoginView, LoginViews } from '#ingress/browser/login-view.ts';
import type { FreshLogin, FreshLogins } from '#ingress/waking/fresh-logins.ts';
import type { LoginPaces } from '#ingress/waking/login-pace.ts';
import type { SettledListener, SettledLogins } from '#ingress/waking/settled-logins.ts';
import type { LoginRecord } from '#models/login/record.ts';

/** Each costs some 10 KB for half a second. */
const mostHeld = 5_000;
/** WeChat calls back twice at most, and a person may reload; more of one login is somebody who repeats it on purpose. */
const mostOfLogin = 4;
/** Of the time a callback may wait: a login that is expected to take longer is most likely not there in time. */
const confident = 0.8;

export type HoldCallback = ReturnType<typeof createHoldCallback>;

/**
 * The direct answer: a callback whose code is on record and on its way waits a moment for its login's end, and leads straight
 * to the host. Its person needs neither the waiting page nor its question. Where that is not to be expected in time the page
 * is the answer at once; whatever becomes of the wait, the page can be the answer after it.
 */
export function createHoldCallback(deps: {
  freshLogins: Pick<FreshLogins, 'borrow' | 'giveBack'>;
  settledLogins: Pick<SettledLogins, 'listen'>;
  paces: Pick<LoginPaces, 'expectedMs'>;
  findOwnLogin: FindOwnLogin;
  viewOf: LoginViews;
  awaitView: AwaitView;
  holdMs: number;
}) {
  const { freshLogins, settledLogins, paces, findOwnLogin, viewOf, awaitView, holdMs } = deps;
  const heldOf = new Map<string, number>();
  let held = 0;

  const hasRoom = (id: string) => held < mostHeld && (heldOf.get(id) ?? 0) < mostOfLogin;
  const mayHold = ({ id, appid }: LoginRecord) =>
    hasRoom(id) && paces.expectedMs(appid) <= holdMs * confident;

  function count(id: string, by: 1 | -1): void {
    held += by;
    const ofLogin = (heldOf.get(id) ?? 0) + by;
    if (ofLogin === 0) heldOf.delete(id);
    else heldOf.set(id, ofLogin);
  }

  /** Undefined when nothing was heard in time: what became of it is the page's to ask. */
  async function hold(
    ctx: Context,
    login: LoginRecord,
    listener: SettledListener,
  ): Promise<string | undefined> {
    const { promise: hungUp, resolve: hangUp } = Promise.withResolvers<undefined>();
    const onClose = () => hangUp(undefined);
    ctx.res.once('close', onClose);
    count(login.id, 1);
    try {
      if ((await Promise.race([listener.settled(holdMs), hungUp])) === undefined) return undefined;
    } finally {
      ctx.res.off('close', onClose);
      count(login.id, -1);
    }
    return wayOn(await awaitView(ctx, login, listener, 0));
  }

  return {
    /** Of a code that was recorded just now: where its login leads, if it has such an end in time. */
    async ofFresh(ctx: Context, fresh: FreshLogin): Promise<string | undefined> {
      if (holdMs === 0 || !mayHold(fresh.login)) return undefined;
      freshLogins.borrow(fresh);
      let location: string | undefined;
      try {
        location = await hold(ctx, fresh.login, fresh.listener);
        return location;
      } finally {
        // Else it stays for the page, whose first question comes next.
        if (location === undefined) freshLogins.giveBack(fresh);
        else fresh.listener.stop();
      }
    },

    /** Of a code that came before: the same end, until its ticket is redeemed. */
    async ofRepeated(ctx: Context, id: string): Promise<string | undefined> {
      if (holdMs === 0 || !hasRoom(id)) return undefined;
      // Before the record is read: what settles between the two must not be missed.
      const listener = settledLogins.listen(id);
      try {
        const login = await findOwnLogin(ctx, id);
        const view = login && (await viewOf(login));
        if (login === undefined || view?.status !== 'pending' || !mayHold(login)) return wayOn(view);
        return await hold(ctx, login, listener);
      } finally {
        listener.stop();
      }
    },
  };
}

/** Every other end is the page's to tell. */
function wayOn(view: LoginView | undefined): string | undefined {
  return view?.status === 'ready' || view?.status === 'bind' ? view.location : undefined;
}
