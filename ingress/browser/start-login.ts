import type { Context } from 'koa';
import { z } from 'zod';
import type { Admission, Held } from '#ingress/admission/admission.ts';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import { checkTarget, longestTarget } from '#ingress/browser/check-target.ts';
import { isWeChat, type OutsideWeChat } from '#ingress/browser/outside-wechat.ts';
import { isLanguage, type Language, languageOf } from '#ingress/browser/pages/language.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import { startPath } from '#ingress/browser/start-path.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';
import { redirect } from '#ingress/http/redirect.ts';
import { withinASecond } from '#ingress/http/redis-deadline.ts';
import type { Directory } from '#models/documents/directory.ts';
import { documentIdOf, type EnterpriseDocument, keepsUnionid } from '#models/documents/enterprise.ts';
import type { LoginRecords, LoginWish } from '#models/login/record.ts';
import { authorizeUrl } from '#wechat/authorize-url.ts';

const startQuery = z
  .object({
    ent_id: z.string().regex(/^[0-9A-Za-z_-]{1,64}$/),
    target: z.string().min(1).max(longestTarget).optional(),
    /** Any other text counts as none. */
    lang: z.string().optional(),
    browser: z.literal('any').optional(),
    /** The host's, as in OAuth: handed back to it with the ticket. */
    state: z
      .string()
      .regex(/^[\w.~-]{8,128}$/, '8 to 128 of A-Z a-z 0-9 . _ ~ -')
      .optional(),
    /** SHA-256 of the host's verifier, as in RFC 7636. */
    code_challenge: z
      .string()
      .regex(/^[\w-]{43}$/, '43 characters of base64url')
      .optional(),
    code_challenge_method: z.literal('S256').optional(),
  })
  .refine((given) => (given.code_challenge === undefined) === (given.code_challenge_method === undefined), {
    path: ['code_challenge_method'],
    error: 'goes with code_challenge, and is S256',
  });

export type StartLogin = ReturnType<typeof createStartLogin>;

/** GET /wechatTransfer: begins a login, ties it to this browser, and sends the person to WeChat. One Redis round trip. */
export function createStartLogin(deps: {
  directory: Directory;
  records: LoginRecords;
  cookie: BrowserCookie;
  pages: Pages;
  outsideWeChat: OutsideWeChat;
  admission: Admission;
  publicUrl: string;
  openOrigin: string;
  onBegun: (entId: string) => void;
}) {
  const { directory, records, cookie, pages, publicUrl, openOrigin } = deps;

  /**
   * Opens a login of this browser; answers the WeChat page it goes on to. Undefined when the person is held back, and the page
   * that says so is the answer. Throws QueueUnreachable.
   */
  async function begin(
    ctx: Context,
    enterprise: EnterpriseDocument,
    wish: LoginWish & { lang: Language; restarts: number; browser: string },
  ): Promise<string | undefined> {
    const held = await deps.admission.hold(ctx, enterprise, wish.browser);
    if (held !== undefined) {
      holdBack(ctx, wish.lang, enterprise, held);
      return undefined;
    }
    const { entId, appid } = enterprise;
    const scope = enterprise.scope === 'base-first' ? 'snsapi_base' : 'snsapi_userinfo';
    const id = await withinASecond(() =>
      records.open({ entId, appid, scope, enterprise: documentIdOf(enterprise), ...wish }),
    );
    deps.onBegun(entId);
    return authorizeUrl({ openOrigin, publicUrl, appid, scope, state: id });
  }

  /**
   * Begins for a browser whose callback was for a login of another one, once and by itself. The host's state and challenge are
   * that other browser's: who had them here could hand a ticket of his own to it. So a host that wants a state is asked for one.
   * Throws like a start does.
   */
  async function beginAnew(
    ctx: Context,
    enterprise: EnterpriseDocument,
    { target, lang, browser }: { target: string; lang: Language; browser: string },
  ): Promise<void> {
    if (enterprise.initiateLoginUri) {
      const { entId } = enterprise;
      redirect(ctx, 302, initiateLoginUrl(enterprise.initiateLoginUri, { entId, target, lang }));
      return;
    }
    if (enterprise.requireState === true) throw stateRequired();
    // Who is held back comes again with this very address, and is restarted then.
    const url = await begin(ctx, enterprise, { target, lang, restarts: 1, browser });
    if (url !== undefined) redirect(ctx, 302, url);
  }

  async function startLogin(ctx: Context): Promise<void> {
    const given = checkInput(startQuery, ctx.query);
    const { ent_id: entId, state: hostState = '', code_challenge: challenge = '' } = given;
    const wishedLang = isLanguage(given.lang) ? given.lang : undefined;
    const enterprise = await directory.findEnterprise(entId);
    if (enterprise === undefined)
      throw new Problem(404, 'not_found', 'There is no enterprise of this ent_id.');
    const target = given.target === undefined ? '' : checkTarget(given.target, enterprise.targetPrefixes);
    if (target === undefined)
      throw invalidRequest('target: not among those this enterprise allows', ['target']);
    const lang = languageOf(wishedLang, ctx);

    // First of all, in whatever browser: the session in which the host begins is that of the browser which is to be logged in.
    if (hostState === '' && enterprise.initiateLoginUri) {
      redirect(ctx, 302, initiateLoginUrl(enterprise.initiateLoginUri, { entId, target, lang: wishedLang }));
      return;
    }
    if (given.browser !== 'any' && !isWeChat(ctx)) {
      // The link goes to another device, which is no business of the session that this browser has at the host.
      const here = startPath({ entId, target, lang: wishedLang, hostState, challenge });
      return deps.outsideWeChat(ctx, enterprise, { lang, target, linkLang: wishedLang, here });
    }
    if (hostState === '' && enterprise.requireState === true) throw stateRequired();

    const browser = cookie.ensure(ctx, entId);
    const wish = { target, lang, hostState, challenge, restarts: 0, browser };
    const url = await begin(ctx, enterprise, wish);
    if (url === undefined) return;
    if (!enterprise.consentPage) {
      redirect(ctx, 302, url);
      return;
    }
    // WeChat treats an authorisation that nobody tapped for as improper and answers with its snapshot page.
    const accountName = (await directory.findAccount(enterprise.appid))?.name ?? enterprise.name;
    ctx.body = pages.consent({
      lang,
      enterpriseName: enterprise.name,
      accountName,
      authorizeUrl: url,
      profile: enterprise.scope === 'snsapi_userinfo' ? 'now' : 'later',
      keepsUnionid: keepsUnionid(enterprise),
      support: enterprise.support,
      privacyUrl: enterprise.privacyUrl,
      termsUrl: enterprise.termsUrl,
    });
  }

  /** OpenID Connect Core, section 4: the host makes a `state` in its own session, and comes back with it. */
  function initiateLoginUrl(
    uri: string,
    { entId, target, lang }: { entId: string; target: string; lang: string | undefined },
  ): string {
    const url = new URL(uri);
    url.searchParams.append('iss', `${publicUrl}/oidc`);
    url.searchParams.append('ent_id', entId);
    if (target !== '') url.searchParams.append('target_link_uri', target);
    if (lang !== undefined) url.searchParams.append('lang', lang);
    return url.href;
  }

  /** Told before WeChat is asked: no code is minted that would die in line. */
  function holdBack(ctx: Context, lang: Language, enterprise: EnterpriseDocument, held: Held): void {
    const retryAfterSeconds = Math.ceil(held.retryAfterMs / 1_000);
    ctx.status = 503;
    ctx.set('Retry-After', String(retryAfterSeconds));
    ctx.body = pages.hold({
      lang,
      enterpriseName: enterprise.name,
      reason: held.reason,
      place: held.place,
      waitSeconds: Math.ceil(held.waitMs / 1_000),
      retryAfterSeconds,
    });
  }

  return Object.assign(startLogin, { beginAnew });
}

function stateRequired(): Problem {
  return invalidRequest('state: this enterprise begins logins on its own pages only', ['state']);
}
