import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import { isWeChat } from '#ingress/http/is-wechat.ts';
import { orStoreAway } from '#ingress/oidc/or-unavailable.ts';
import { languageWanted, type OidcPages } from '#ingress/oidc/provider-pages.ts';

export type LostInteraction = ReturnType<typeof createLostInteraction>;

/**
 * A browser without the cookie of its interaction: it lost it, or has the address from somebody else. Nothing is begun or ended
 * here; the row tells no more than at which client to begin anew.
 */
export function createLostInteraction(deps: {
  pages: Pick<Pages, 'startAgain'>;
  oidcPages: Pick<OidcPages, 'beginUrl'>;
}) {
  const { pages, oidcPages } = deps;

  return async function lostInteraction(ctx: Context, provider: Provider, uid: string): Promise<void> {
    const found = await orStoreAway(provider.Interaction.find(uid));
    const { client_id: clientId, ent_id: entId, ui_locales: uiLocales } = found?.params ?? {};
    const startUrl = clientId === undefined ? undefined : await oidcPages.beginUrl(clientId, entId);
    ctx.status = 400;
    ctx.body = pages.startAgain({
      lang: languageWanted(ctx, uiLocales),
      cause: 'unknown-login',
      isOutsideWeChat: !isWeChat(ctx),
      ...(startUrl && { startUrl }),
    });
  };
}
