import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { isLanguage, type Language, languageOf } from '#ingress/browser/pages/language.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import { initiateLoginUrl } from '#ingress/http/initiate-login-url.ts';
import { isWeChat } from '#ingress/http/is-wechat.ts';
import { pageCode } from '#ingress/http/page-code.ts';
import type { OidcDirectory } from '#ingress/oidc/find-account.ts';

export type OidcPages = ReturnType<typeof createOidcPages>;
type OurPages = Pick<Pages, 'problem' | 'startAgain' | 'retrying' | 'logout' | 'loggedOut'>;

/** A page of ours that repeats its request by itself: while a store is away, or too many begin (interaction-limits.ts). */
const retryAfterSeconds = 2;

/** `ui_locales`: the first language of ours that the client names (RFC 5646), else the browser's. */
export function languageWanted(browser: Parameters<typeof languageOf>[1], uiLocales: unknown): Language {
  const named = String(uiLocales ?? '').split(' ');
  const first = named.find((tag) => /^(zh|en)\b/i.test(tag));
  const wish = first && (/^zh/i.test(first) ? 'zh_CN' : 'en');
  return isLanguage(wish) ? wish : languageOf(undefined, browser);
}

/** What the library shows people, in our own pages. */
export function createOidcPages(deps: { pages: OurPages; directory: OidcDirectory; publicUrl: string }) {
  const { pages, directory, publicUrl } = deps;

  /** Where a person whose login has come to nothing begins anew: at the client. Undefined where it names no such page. */
  async function beginUrl(clientId: unknown, entId: unknown): Promise<string | undefined> {
    const client = await directory.findClient(String(clientId)).catch(() => undefined);
    const uri = client?.initiateLoginUri;
    const wanted = typeof entId === 'string' && client?.entIds.includes(entId) ? entId : client?.entIds[0];
    if (!uri || wanted === undefined) return undefined;
    return initiateLoginUrl(uri, { publicUrl, entId: wanted, target: '', lang: undefined });
  }

  return {
    beginUrl,

    async renderError(ctx: KoaContextWithOIDC, out: ErrorOut): Promise<void> {
      const { entities, params } = ctx.oidc;
      const asked = { ...entities.Interaction?.params, ...params } as Record<string, unknown>;
      const lang = languageWanted(ctx, asked['ui_locales']);
      const startUrl = await beginUrl(asked['client_id'], asked['ent_id']);
      const supportCode = pageCode(ctx);
      ctx.type = 'html';
      if (ctx.status === 503 || ctx.status === 429) {
        const seconds = Number(ctx.response.get('Retry-After')) || retryAfterSeconds;
        ctx.set('Retry-After', String(seconds));
        ctx.body = pages.retrying({ lang, retryAfterSeconds: seconds, supportCode });
        return;
      }
      // A second try of what is over, or another browser.
      const isOver = ctx.status === 400 && ctx.oidc.route === 'resume';
      ctx.body = isOver
        ? pages.startAgain({
            lang,
            cause: 'unknown-login',
            startUrl,
            isOutsideWeChat: !isWeChat(ctx),
            supportCode,
          })
        : pages.problem({ lang, status: ctx.status, code: out.error, supportCode });
    },

    /** `form` is the library's, without a button. */
    async logout(ctx: KoaContextWithOIDC, form: string): Promise<void> {
      const lang = languageWanted(ctx, ctx.oidc.params?.['ui_locales']);
      ctx.body = pages.logout({ lang, form, clientName: String(ctx.oidc.client?.clientName ?? '') });
    },

    async loggedOut(ctx: KoaContextWithOIDC): Promise<void> {
      ctx.type = 'html';
      ctx.body = pages.loggedOut({ lang: languageWanted(ctx, undefined) });
    },
  };
}
