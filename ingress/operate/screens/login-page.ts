import type { Context } from 'koa';
import { saidOnPage } from '#ingress/browser/pages/said-on-page.ts';
import type { Screen } from '#ingress/operate/screens/screen.ts';
import { errcodeWords, knownCauses } from '#ingress/operate/words/errcode-words.ts';
import { whatToTell } from '#ingress/operate/words/what-to-tell.ts';
import type { LoginAnswer } from '#ingress/operator/show-login.ts';

/** A login for support: what happened, why it waits, what its person reads, and what to answer. */
export const createLoginPage =
  (screen: Screen, now: () => number) =>
  (ctx: Context, login: LoginAnswer, digests: readonly string[]): void => {
    const lang = screen.langOf(ctx);
    const { status = 'pending', because, timeline, ent_id: name } = login;
    const last = timeline.at(-1);
    // Of a login that is only in the history, the last step alone has it.
    const reason = login.reason ?? last?.reason;
    const tell = whatToTell(lang, { status, reason, errcode: last?.errcode, cause: last?.cause });
    const told = {
      ...login,
      timeline: timeline.map((step) => {
        const cause = step.errcode === undefined ? step.cause : String(step.errcode);
        const means =
          cause !== undefined && knownCauses.includes(cause) ? errcodeWords(lang, cause).means : '';
        return { ...step, ...(cause && { said: { cause, means } }) };
      }),
    };
    screen.show(
      ctx,
      'login',
      { title: `${screen.wordsFor(ctx).login.title} ${login.support_code}` },
      {
        told,
        page: saidOnPage(lang, { status, reason, because, name }),
        tell,
        at: new Date(now()).toISOString(),
        people: digests.map((digest) => `/operate/people/${digest}`),
      },
    );
  };
