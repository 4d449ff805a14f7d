import type { Context } from 'koa';
import { z } from 'zod';
import type { ClientName } from '#ingress/admission/client-name.ts';
import type { Lanes } from '#ingress/admission/lanes.ts';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import type { ExchangeQueue } from '#ingress/browser/exchange-queue.ts';
import { isWeChat, type OutsideWeChat } from '#ingress/browser/outside-wechat.ts';
import { languageOf } from '#ingress/browser/pages/language.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import type { StartAgain } from '#ingress/browser/start-again.ts';
import type { StartLogin } from '#ingress/browser/start-login.ts';
import { createConfirmQuestion, type OlderQuestion, type Question } from '#ingress/confirm-question.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { redirect } from '#ingress/http/redirect.ts';
import { withinASecond } from '#ingress/http/redis-deadline.ts';
import type { FreshLogins } from '#ingress/waking/fresh-logins.ts';
import type { Directory } from '#models/documents/directory.ts';
import type { LoginRecords, RecordedCode } from '#models/login/record.ts';
import { isLoginId } from '#models/login/store.ts';
import type { Sealer } from '#models/sealing.ts';
import { digest } from '#operations/digest.ts';

const callbackQuery = z.object({
  state: z.string().min(1).max(128),
  code: z
    .string()
    .regex(/^[\x21-\x7e]{1,512}$/)
    .optional(),
});

/** What became of a callback, for the metrics. */
export type CallbackOutcome = RecordedCode['verb'] | 'refused' | 'confirmed';

export type ReceiveCallback = ReturnType<typeof createReceiveCallback>;

/**
 * GET /wechat/callback: puts the code on record, enqueues its exchange, and sends the browser to the waiting page, whose
 * address holds no code. Two Redis round trips; WeChat is never called and no worker waited for.
 */
export function createReceiveCallback(deps: {
  records: LoginRecords;
  queue: ExchangeQueue;
  lanes: Lanes;
  clientName: ClientName;
  freshLogins: FreshLogins;
  sealer: Sealer;
  directory: Directory;
  cookie: BrowserCookie;
  pages: Pages;
  startAgain: StartAgain;
  outsideWeChat: OutsideWeChat;
  startLogin: StartLogin;
  onCallback: (outcome: CallbackOutcome) => void;
  /** Hears of a login that ended because the person said no. */
  onRefused?: (login: string, begun: { entId: string }) => void;
}) {
  const { records, queue, lanes, clientName, freshLogins, sealer, directory, cookie, pages } = deps;
  const { startAgain, startLogin, onCallback } = deps;
  const question = createConfirmQuestion({ sealer });

  async function receiveCallback(ctx: Context): Promise<void> {
    const { state, code } = checkInput(callbackQuery, ctx.query);
    if (!isLoginId(state)) return startAgain(ctx, 400, 'unknown-login');
    const browser = cookie.digestOf(ctx) ?? cookie.ensure(ctx);
    if (code === undefined) {
      const begun = await withinASecond(() => records.refuse(state, browser));
      onCallback('refused');
      if (begun?.isRefused) deps.onRefused?.(state, begun);
      return startAgain(ctx, 400, 'refused', begun);
    }
    const sealedCode = sealer.seal(code, `login:${state}:code`);
    const recorded = await withinASecond(async () => {
      const answer = await records.recordCode(state, browser, digest(code), sealedCode);
      if (answer.verb === 'recorded') freshLogins.keep(state, browser, answer);
      await enqueue(ctx, state, answer);
      return answer;
    });
    onCallback(recorded.verb);
    await answerWith(ctx, state, browser, code, recorded);
  }

  /** POST /logins/{id}/confirm: the person says that this browser, which twice came without its cookie, is to be logged in. */
  async function confirmLogin(ctx: Context, id: string): Promise<void> {
    const browser = cookie.digestOf(ctx);
    if (browser === undefined) return startAgain(ctx, 400, 'cookies-off');
    const asked = question.open(id, browser, ctx.query['held']);
    if (asked === undefined) return startAgain(ctx, 404, 'unknown-login');
    const recorded = await withinASecond(async () => {
      const answer = await confirmCode(id, browser, asked);
      await enqueue(ctx, id, answer);
      return answer;
    });
    if (recorded.verb === 'unknown') return startAgain(ctx, 404, 'expired');
    if (recorded.verb === 'foreign') return startAgain(ctx, 404, 'unknown-login', recorded);
    if (recorded.verb === 'full') return startAgain(ctx, 409, 'too-many-codes', recorded);
    onCallback('confirmed');
    // A form may lead nowhere but to us (form-action), and that holds for what its answer redirects to: the page itself
    // must be drawn, and leads on from there.
    redirect(ctx, 303, `/logins/${id}?confirmed`);
  }

  function confirmCode(id: string, browser: string, asked: Question | OlderQuestion): Promise<RecordedCode> {
    if ('codeDigest' in asked) return records.confirmHeldCode(id, browser, asked.codeDigest);
    const { code, diesAt } = asked;
    const sealed = sealer.seal(code, `login:${id}:code`);
    return records.confirmCode(id, browser, { digest: digest(code), sealed, diesAt });
  }

  /** A repeated code that no worker has taken yet is enqueued again: its first callback may have died in between. */
  async function enqueue(ctx: Context, login: string, recorded: RecordedCode) {
    const { verb, stage, n, entId, appid, now, diesAt } = recorded;
    if (verb !== 'recorded' && !(verb === 'repeated' && stage === 'recorded')) return;
    const client = clientName(ctx);
    await queue.add(
      { login, n, entId, appid, ...(client !== '' && { client }), recordedAt: now, diesAt },
      { isHeavy: lanes.isHeavy(login, entId), isBurst: lanes.isBurst() },
    );
  }

  async function answerWith(
    ctx: Context,
    id: string,
    browser: string,
    code: string,
    recorded: RecordedCode,
  ): Promise<void> {
    switch (recorded.verb) {
      case 'recorded':
      case 'repeated':
      case 'finished':
        redirect(ctx, 303, `/logins/${id}`);
        return;
      case 'full':
        return startAgain(ctx, 409, 'too-many-codes', recorded);
      case 'unknown':
        return startAgain(ctx, 404, 'expired');
      case 'foreign':
        return restart(ctx, id, browser, code, recorded);
    }
  }

  /**
   * Another browser began this login: it lost its cookie, or somebody handed the link on. It gets a login of its own,
   * once; coming back without a cookie again, it is asked. A login that has a code already is nobody else's to ask for.
   */
  async function restart(
    ctx: Context,
    id: string,
    browser: string,
    code: string,
    recorded: RecordedCode,
  ): Promise<void> {
    const { entId, target, restarts, n, diesAt } = recorded;
    const lang = languageOf(recorded.lang);
    const enterprise = await directory.findEnterprise(entId);
    if (enterprise === undefined) return startAgain(ctx, 404, 'expired');
    // Somebody opened a copied address. A login of its own would only lead to WeChat's page, which turns it away.
    if (restarts === 0 && !isWeChat(ctx)) return deps.outsideWeChat(ctx, enterprise, { lang, target });
    // The host's page leads back to WeChat: a browser that keeps no cookie would go round and round, so it goes on by a tap.
    const needsTap = Boolean(enterprise.initiateLoginUri) && cookie.digestOf(ctx) === undefined;
    if (restarts === 0 && !needsTap) return startLogin.beginAnew(ctx, enterprise, { target, lang, browser });
    const mayAsk = restarts > 0 && n === 1;
    if (!mayAsk) return startAgain(ctx, 404, 'unknown-login', recorded);
    const page = {
      lang,
      enterpriseName: enterprise.name,
      action: `/logins/${id}/confirm?held=${question.seal(id, browser, { code, diesAt })}`,
    };
    ctx.body = pages.confirm(page);
  }

  return { receiveCallback, confirmLogin };
}
