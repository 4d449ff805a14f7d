import type { Context } from 'koa';
import { isLanguage, type Language, languageOf } from '#ingress/browser/pages/language.ts';
import { cookieName, setCookie } from '#ingress/http/set-cookie.ts';

const yearSeconds = 365 * 86_400;

export type PageLanguage = ReturnType<typeof createPageLanguage>;

/** The language of an operator's pages: what the link asks for, which is kept; else what was asked for before, or the browser's. */
export function createPageLanguage(adminUrl: string | undefined) {
  const isSecure = adminUrl?.startsWith('https:') === true;
  const name = cookieName('wechat-login-language', isSecure);
  return (ctx: Context): Language => {
    const { lang } = ctx.query;
    const asked = typeof lang === 'string' && isLanguage(lang) ? lang : undefined;
    // Not for a page that looks after its numbers by itself: another window's choice would be undone every two seconds.
    const isVisit = ['', 'document'].includes(ctx.get('sec-fetch-dest'));
    if (asked !== undefined && isVisit)
      setCookie(ctx, name, asked, { maxAgeSeconds: yearSeconds, isSecure, sameSite: 'Strict' });
    return languageOf(asked ?? ctx.cookies.get(name), ctx);
  };
}
