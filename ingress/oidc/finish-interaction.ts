import type { Context } from 'koa';
import type { InteractionResults } from 'oidc-provider';
import { z } from 'zod';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { pageCode } from '#ingress/http/page-code.ts';
import { redirect } from '#ingress/http/redirect.ts';
import { withinASecond } from '#ingress/http/redis-deadline.ts';
import { authenticationOf } from '#ingress/oidc/claims.ts';
import type { CurrentProvider } from '#ingress/oidc/current-provider.ts';
import type { IsBound } from '#ingress/oidc/find-account.ts';
import type { LoginWithin } from '#ingress/oidc/login-within.ts';
import type { LostInteraction } from '#ingress/oidc/lost-interaction.ts';
import { orStoreAway } from '#ingress/oidc/or-unavailable.ts';
import { ownInteraction } from '#ingress/oidc/own-interaction.ts';
import { languageWanted } from '#ingress/oidc/provider-pages.ts';
import { subjectOf } from '#ingress/oidc/subject.ts';
import type { Reached, ReachedLogins } from '#models/login/reached-logins.ts';
import type { FailureReason } from '#models/login/status.ts';

const query = z.object({ login: z.string().max(64) });

/** What the client hears of a login that failed (RFC 6749, section 4.1.2.1). */
const errorOf = {
  refused: 'access_denied',
  expired: 'access_denied',
  misconfigured: 'server_error',
  internal: 'server_error',
  unavailable: 'temporarily_unavailable',
} as const satisfies Record<FailureReason, string>;

/**
 * GET /oidc/interaction/{uid}/finish?login=: the end of a login, good or bad, goes back to the client. Needs the cookie of the
 * interaction and that of the login, whose goal must be this interaction; the same answer as often as it is asked for.
 */
export function createFinishInteraction(deps: {
  currentProvider: CurrentProvider;
  logins: Pick<ReachedLogins, 'reach'>;
  isBound: IsBound;
  login: Pick<LoginWithin, 'browserOf'>;
  lost: LostInteraction;
  pages: Pick<Pages, 'startAgain'>;
}) {
  const { currentProvider, logins, isBound, login, lost, pages } = deps;

  return async function finishInteraction(ctx: Context, uid: string): Promise<void> {
    const { login: loginId } = checkInput(query, ctx.query);
    const { provider } = await currentProvider();
    const interaction = await ownInteraction(ctx, provider, uid);
    if (interaction === undefined) return lost(ctx, uid);
    const browser = login.browserOf(ctx) ?? '';
    const reached = await withinASecond(() => logins.reach(loginId, `oidc:${uid}`, browser));
    if (reached === undefined) return notThere(ctx, uid, interaction.params['ui_locales']);
    const result = await resultOf(loginId, reached);
    if (result === undefined) return redirect(ctx, 303, `/logins/${loginId}`);
    interaction.result = result;
    // Else the library refuses an end that was begun in a session which has ended meanwhile, or which another tab has changed
    // (resume.js of 9.13.3). Who may finish is proved by the cookies of the interaction and of the login.
    delete (interaction.session as { uid?: string } | undefined)?.uid;
    await orStoreAway(interaction.save(interaction.exp - Math.floor(Date.now() / 1_000)));
    redirect(ctx, 303, interaction.returnTo);
  };

  /** Undefined while the login goes on, or has something to tell its person. */
  async function resultOf(loginId: string, reached: Reached): Promise<InteractionResults | undefined> {
    const { status, identity, entId, isStale } = reached;
    if (status === 'failed') return { error: errorOf[reached.reason ?? 'internal'] };
    if (identity === undefined) return undefined;
    if (isStale && !(await isBound({ ...identity, entId }))) return { error: errorOf.expired };
    const accountId = subjectOf(entId, identity.userId);
    return {
      login: { accountId, remember: false, loginId, ...authenticationOf(identity) },
    } as InteractionResults;
  }

  function notThere(ctx: Context, uid: string, uiLocales: unknown): void {
    ctx.status = 404;
    ctx.body = pages.startAgain({
      lang: languageWanted(ctx, uiLocales),
      cause: 'unknown-login',
      startUrl: `/oidc/interaction/${uid}`,
      supportCode: pageCode(ctx),
    });
  }
}
