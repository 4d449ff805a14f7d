import type { Context } from 'koa';
import { z } from 'zod';
import { isStoreAway } from '#connections/store-away.ts';
import type { ClientName } from '#ingress/admission/client-name.ts';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import type { EnqueueExchange } from '#ingress/browser/enqueue-exchange.ts';
import type { HoldCallback } from '#ingress/browser/hold-callback.ts';
import type { RestartLogin } from '#ingress/browser/restart-login.ts';
import type { StartAgain } from '#ingress/browser/start-again-page.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { invalidRequest, Problem } from '#ingress/http/problem.ts';
import { redirect } from '#ingress/http/redirect.ts';
import { withinASecond } from '#ingress/http/redis-deadline.ts';
import type { RequestLog } from '#ingress/http/request-log.ts';
import type { FreshLogin, FreshLogins } from '#ingress/waking/fresh-logins.ts';
import type { LoginPaces } from '#ingress/waking/login-pace.ts';
import type { Count } from '#models/counts/tally.ts';
import type { LoginRecords, RecordedCode, RefusedLogin } from '#models/login/record.ts';
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
 * GET /wechat/callback: puts the code on record, enqueues its exchange, and sends the browser to the host if the login ends
 * within a moment (hold-callback.ts), else to the waiting page. Neither address holds the code. Two Redis round trips; WeChat
 * is never called, and no worker is needed for an answer.
 */
export function createReceiveCallback(deps: {
  records: Pick<LoginRecords, 'recordCode' | 'refuse'>;
  enqueueExchange: EnqueueExchange;
  clientName: ClientName;
  freshLogins: Pick<FreshLogins, 'keep'>;
  paces: Pick<LoginPaces, 'began' | 'forget'>;
  holdCallback: HoldCallback;
  sealer: Sealer;
  cookie: BrowserCookie;
  restartLogin: RestartLogin;
  startAgain: StartAgain;
  onCallback: (outcome: CallbackOutcome) => void;
  count: Count;
  /** Hears of a callback that cannot be ours. */
  logRefused: RequestLog;
  /** Hears of a login that ended because the person said no. */
  onRefused: (login: string, begun: RefusedLogin) => void;
}) {
  const {
    records,
    enqueueExchange,
    clientName,
    freshLogins,
    paces,
    holdCallback,
    sealer,
    cookie,
    restartLogin,
    startAgain,
    onCallback,
    count,
  } = deps;

  return async function receiveCallback(ctx: Context): Promise<void> {
    // Before anything is waited for: who hangs up has no address any more.
    const client = clientName(ctx);
    const { state: id, code } = checkInput(callbackQuery, ctx.query);
    if (!isLoginId(id)) {
      deps.logRefused(ctx, undefined, invalidRequest('state: names no login', ['state']));
      return startAgain(ctx, 400, 'unknown-login');
    }
    const browser = cookie.digestOf(ctx) ?? cookie.ensure(ctx);
    if (code === undefined) return refuse(ctx, id, browser);
    const sealedCode = sealer.seal(code, `login:${id}:code`);
    let fresh: FreshLogin | undefined;
    const recorded = await withinASecond(async () => {
      const answer = await records.recordCode(id, browser, digest(code), sealedCode);
      if (answer.verb === 'recorded') {
        if (answer.n === 1) count(answer, 'back');
        fresh = freshLogins.keep(id, browser, answer);
        paces.began(id, answer.appid);
      }
      await enqueueExchange(id, answer, client);
      return answer;
    }).catch((error) => {
      paces.forget(id);
      throw error;
    });
    onCallback(recorded.verb);
    note(recorded);
    switch (recorded.verb) {
      case 'recorded':
      case 'repeated':
      case 'finished':
        redirect(ctx, 303, (await wayOn(ctx, id, fresh)) ?? `/logins/${id}`);
        return;
      case 'full':
        return startAgain(ctx, 409, 'too-many-codes', recorded);
      case 'unknown':
        return startAgain(ctx, 404, 'expired');
      case 'foreign':
        return restartLogin(ctx, { id, browser, code }, recorded);
    }
  };

  function note(recorded: RecordedCode): void {
    const { verb, n } = recorded;
    if (verb === 'recorded' && n === 1) count(recorded, 'queued');
    if (verb === 'full' || verb === 'foreign' || verb === 'unknown') count(recorded, verb);
  }

  /** Nothing is lost where it cannot be told: the page asks for itself. */
  async function wayOn(ctx: Context, id: string, fresh: FreshLogin | undefined): Promise<string | undefined> {
    try {
      return await (fresh ? holdCallback.ofFresh(ctx, fresh) : holdCallback.ofRepeated(ctx, id));
    } catch (error) {
      if (isStoreAway(error) || error instanceof Problem) return undefined;
      throw error;
    }
  }

  /** WeChat came back without a code: the person said no. */
  async function refuse(ctx: Context, id: string, browser: string): Promise<void> {
    const begun = await withinASecond(() => records.refuse(id, browser));
    onCallback('refused');
    if (begun?.isRefused) {
      count(begun, 'nocode');
      count(begun, 'failed:refused');
      deps.onRefused(id, begun);
    }
    return startAgain(ctx, 400, 'refused', begun && { id, ...begun });
  }
}
