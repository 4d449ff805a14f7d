import type { Context } from 'koa';
import type { ClientName } from '#ingress/admission/client-name.ts';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import type { ConfirmQuestion, OlderQuestion, Question } from '#ingress/browser/confirm-question.ts';
import type { EnqueueExchange } from '#ingress/browser/enqueue-exchange.ts';
import type { StartAgain } from '#ingress/browser/start-again-page.ts';
import { redirect } from '#ingress/http/redirect.ts';
import { withinASecond } from '#ingress/http/redis-deadline.ts';
import type { Count } from '#models/counts/tally.ts';
import type { LoginRecords, RecordedCode } from '#models/login/record.ts';
import type { Sealer } from '#models/sealing.ts';
import { digest } from '#operations/digest.ts';

export type ConfirmLogin = ReturnType<typeof createConfirmLogin>;

/** POST /logins/{id}/confirm: the person says that this browser, which twice came without its cookie, is to be logged in. */
export function createConfirmLogin(deps: {
  records: Pick<LoginRecords, 'confirmCode' | 'confirmHeldCode'>;
  enqueueExchange: EnqueueExchange;
  clientName: ClientName;
  sealer: Sealer;
  cookie: Pick<BrowserCookie, 'digestOf'>;
  question: ConfirmQuestion;
  startAgain: StartAgain;
  onConfirmed: () => void;
  count: Count;
}) {
  const { records, enqueueExchange, clientName, sealer, cookie, question, startAgain, onConfirmed, count } =
    deps;

  function confirmCode(id: string, browser: string, asked: Question | OlderQuestion): Promise<RecordedCode> {
    if ('codeDigest' in asked) return records.confirmHeldCode(id, browser, asked.codeDigest);
    const { code, diesAt } = asked;
    const sealed = sealer.seal(code, `login:${id}:code`);
    return records.confirmCode(id, browser, { digest: digest(code), sealed, diesAt });
  }

  return async function confirmLogin(ctx: Context, id: string): Promise<void> {
    // Before anything is waited for: who hangs up has no address any more.
    const client = clientName(ctx);
    const browser = cookie.digestOf(ctx);
    if (browser === undefined) return startAgain(ctx, 400, 'cookies-off');
    const asked = question.open(id, browser, ctx.query['held']);
    if (asked === undefined) return startAgain(ctx, 404, 'unknown-login');
    const recorded = await withinASecond(async () => {
      const answer = await confirmCode(id, browser, asked);
      await enqueueExchange(id, answer, client);
      return answer;
    });
    if (recorded.verb === 'unknown') return startAgain(ctx, 404, 'expired');
    if (recorded.verb === 'foreign') return startAgain(ctx, 404, 'unknown-login', recorded);
    if (recorded.verb === 'full') return startAgain(ctx, 409, 'too-many-codes', recorded);
    if (recorded.verb === 'recorded' && recorded.n === 1) {
      count(recorded, 'back');
      count(recorded, 'queued');
    }
    onConfirmed();
    // A form may lead nowhere but to us (form-action), and that holds for what its answer redirects to: the page itself
    // must be drawn, and leads on from there.
    redirect(ctx, 303, `/logins/${id}?confirmed`);
  };
}
