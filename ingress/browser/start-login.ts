import type { Context } from 'koa';
import { z } from 'zod';
import { checkTarget, longestTarget } from '#ingress/browser/check-target.ts';
import { countOpened } from '#ingress/browser/count-opened.ts';
import type { LeadToWeChat } from '#ingress/browser/lead-to-wechat.ts';
import { isPhone, type OutsideWeChat } from '#ingress/browser/outside-wechat.ts';
import { isLanguage, type Language, languageOf } from '#ingress/browser/pages/language.ts';
import { ofOurPages, startPath } from '#ingress/browser/start-path.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { initiateLoginUrl } from '#ingress/http/initiate-login-url.ts';
import { isWeChat } from '#ingress/http/is-wechat.ts';
import { invalidRequest, Problem, stateRequired } from '#ingress/http/problem.ts';
import { redirect } from '#ingress/http/redirect.ts';
import type { Count } from '#models/counts/tally.ts';
import type { Directory } from '#models/documents/directory.ts';
import type { EnterpriseDocument } from '#models/documents/enterprise.ts';
import type { Goal } from '#models/login/goal.ts';

const startQuery = z
  .object({
    ent_id: z.string().regex(/^[0-9A-Za-z_-]{1,64}$/),
    target: z.string().min(1).max(longestTarget).optional(),
    /** Any other text counts as none. */
    lang: z.string().optional(),
    ...ofOurPages,
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

/** The page on which a computer waits for a phone that logs it in. `goal`: what for, where that is not a ticket. */
export type OpenScan = (
  ctx: Context,
  enterprise: EnterpriseDocument,
  wish: { lang: Language; target: string; hostState?: string; challenge?: string; goal?: Goal },
) => Promise<void>;

/** GET /wechatTransfer: begins a login, in WeChat; elsewhere it says so, or has a phone log this computer in. */
export function createStartLogin(deps: {
  directory: Directory;
  leadToWeChat: LeadToWeChat;
  outsideWeChat: OutsideWeChat;
  openScan: OpenScan;
  publicUrl: string;
  count: Count;
}) {
  const { directory, leadToWeChat, publicUrl, count } = deps;

  return async function startLogin(ctx: Context): Promise<void> {
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
      redirect(
        ctx,
        302,
        initiateLoginUrl(enterprise.initiateLoginUri, { publicUrl, entId, target, lang: wishedLang }),
      );
      return;
    }
    const isElsewhere = given.browser !== 'any' && !isWeChat(ctx);
    // A link that the host's page answers first comes again, with its state: it is one.
    if (given.again === undefined) countOpened(count, enterprise, { isElsewhere });
    // Nor would it do in WeChat, where a phone would be sent with it.
    if (hostState === '' && enterprise.requireState === true) throw stateRequired();
    if (isElsewhere && isPhone(ctx)) {
      // The link goes to another app, which is no business of the session that this browser has at the host.
      const here = startPath({ entId, target, lang: wishedLang, hostState, challenge });
      return deps.outsideWeChat(ctx, enterprise, { lang, target, linkLang: wishedLang, here });
    }
    if (isElsewhere) return deps.openScan(ctx, enterprise, { target, lang, hostState, challenge });

    await leadToWeChat(ctx, enterprise, { target, lang, hostState, challenge });
  };
}
