import type { Context } from 'koa';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import { isWeChat } from '#ingress/http/is-wechat.ts';
import { pageCode } from '#ingress/http/page-code.ts';
import { languageWanted, type OidcPages } from '#ingress/oidc/provider-pages.ts';
import type { Rows } from '#models/oidc/rows.ts';

export type LostInteraction = ReturnType<typeof createLostInteraction>;

/**
 * A browser without the cookie of its interaction: it lost it, or has the address from somebody else. Nothing is begun or ended
 * here; the row tells no more than at which client to begin anew.
 */
export function createLostInteraction(deps: {
  pages: Pick<Pages, 'startAgain'>;
  oidcPages: Pick<OidcPages, 'beginUrl'>;
  rows: Pick<Rows, 'find'>;
}) {
  const { pages, oidcPages, rows } = deps;

  return async function lostInteraction(ctx: Context, uid: string): Promise<void> {
    const found = await rows.find('Interaction', uid);
    const params = (found?.values['params'] ?? {}) as Record<string, unknown>;
    const { client_id: clientId, ent_id: entId, ui_locales: uiLocales } = params;
    const startUrl = clientId === undefined ? undefined : await oidcPages.beginUrl(clientId, entId);
    ctx.status = 400;
    ctx.body = pages.startAgain({
      lang: languageWanted(ctx, uiLocales),
      cause: 'unknown-login',
      supportCode: pageCode(ctx),
      isOutsideWeChat: !isWeChat(ctx),
      ...(startUrl && { startUrl }),
    });
  };
}
