import type { Context } from 'koa';
import type { EnterpriseDocument } from '#models/documents/enterprise.ts';
import { isBounded } from '#operations/bound-request.ts';
import { brandStyleOf } from './brand-style.ts';
import { isLanguage, type Language, languageOf } from './language.ts';

/** What a page wears of its enterprise, and how it is read in the other language. */
export type Look = {
  readonly enterpriseName: string;
  readonly logoPath?: string;
  /** Goes into a style element as it is. */
  readonly brandStyle?: string;
  readonly switchUrl?: string;
};

export type Worn = Pick<
  EnterpriseDocument,
  'entId' | 'name' | 'brandColor' | 'logoUrl' | 'logoDigest' | 'logoOf'
>;

/** The look for the answer to this request, whose content security policy is told of its style. */
export function lookOf(ctx: Context, enterprise: Worn | undefined, lang: Language): Look {
  const switchUrl = switchUrlOf(ctx, lang);
  const look = { enterpriseName: enterprise?.name ?? '', ...(switchUrl && { switchUrl }) };
  if (enterprise === undefined) return look;
  const logoPath = logoPathOf(enterprise);
  const brand = enterprise.brandColor ? brandStyleOf(enterprise.brandColor) : undefined;
  if (brand !== undefined) allowStyle(ctx, brand.source);
  return { ...look, ...(logoPath && { logoPath }), ...(brand && { brandStyle: brand.style }) };
}

/** Undefined where there is none, or only one of an address that is not the enterprise's any more. */
export function logoPathOf({ entId, logoUrl, logoOf, logoDigest }: Worn): string | undefined {
  return logoUrl && logoDigest && logoOf === logoUrl ? `/logos/${entId}/${logoDigest}` : undefined;
}

/** Pages that read their language from their own address. */
const speaking = /^\/(?:wechatTransfer|logins\/[0-9A-Za-z]+(?:\/scan)?|q\/[0-9A-Za-z]+)$/;

const ofLink = ['ent_id', 'target', 'state', 'code_challenge', 'code_challenge_method', 'browser'];

/** This page in the other language: a query alone, so that the pages of two logins are alike to the byte. Undefined where it would do anything else. */
export function switchUrlOf(ctx: Context, lang: Language): string | undefined {
  if (ctx.method !== 'GET' || !speaking.test(ctx.path)) return undefined;
  const query = new URLSearchParams();
  // Of a link only what it may say: what else stands in an address would be drawn, and kept, for whoever makes it up.
  for (const name of ctx.path === '/wechatTransfer' ? ofLink : []) {
    const value = ctx.query[name];
    if (typeof value === 'string') query.set(name, value);
  }
  query.set('lang', lang === 'en' ? 'zh_CN' : 'en');
  return `?${query}`;
}

/**
 * The language of a page: what its own address asks for, else what the login was begun in, else the browser's. Of an address that is
 * refused for its size nothing is read: that costs no more than its refusal.
 */
export function languageOfPage(ctx: Context, begunIn?: string): Language {
  const asked = isBounded(ctx) ? ctx.query['lang'] : undefined;
  return languageOf(typeof asked === 'string' && isLanguage(asked) ? asked : begunIn, ctx);
}

function allowStyle(ctx: Context, source: string): void {
  const policy = ctx.res.getHeader('Content-Security-Policy');
  if (typeof policy !== 'string') return;
  ctx.res.setHeader('Content-Security-Policy', policy.replace('style-src ', `style-src ${source} `));
}
