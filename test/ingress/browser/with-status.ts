import type { ExecutionContext } from 'ava';
import Koa from 'koa';
import type { HoldReason } from '#ingress/admission/hold-reason.ts';
import { createAwaitView } from '#ingress/browser/await-view.ts';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import { createFindOwnLogin } from '#ingress/browser/find-own-login.ts';
import { createHeldPolls } from '#ingress/browser/held-polls.ts';
import type { LoginView } from '#ingress/browser/login-view.ts';
import { createReadStatus } from '#ingress/browser/read-status.ts';
import { Problem } from '#ingress/http/problem.ts';
import { createFreshLogins } from '#ingress/waking/fresh-logins.ts';
import { createSettledLogins } from '#ingress/waking/settled-logins.ts';
import type { LoginRecord } from '#models/login/record.ts';
import type { SettledLogin } from '#models/login/settled-channel.ts';
import { withServer } from '#test/ingress/with-server.ts';

export const id = `00${'a'.repeat(32)}`;
export const now = 1_800_000_000_000;
export const pending = {
  id,
  browser: 'mine',
  status: 'pending',
  stage: 'exchanging',
  scope: 'snsapi_base',
  entId: 'acme',
  appid: 'wx1',
  codes: 1,
  rounds: 0,
  now,
  recordedAt: now - 1_000,
  codeDiesAt: now + 299_000,
} as LoginRecord;

/** The status route over HTTP; the record is the test's, and a view of it tells status and rounds. */
export async function withStatus(
  t: ExecutionContext,
  first: LoginRecord | null = pending,
  browser = 'mine',
  // Long, so that a slow machine finds it fresh.
  { freshForMs = 600_000 } = {},
) {
  const state: { record: LoginRecord | null; reads: number; because?: HoldReason } = {
    record: first,
    reads: 0,
  };
  const settledLogins = createSettledLogins();
  const freshLogins = createFreshLogins(settledLogins, { forMs: freshForMs });
  t.teardown(freshLogins.close);
  const requeued: string[] = [];
  const heldPolls = createHeldPolls({ inAll: 10 });
  const cookie = { digestOf: () => browser || undefined } as unknown as BrowserCookie;
  const findOwnLogin = createFindOwnLogin({
    records: {
      async read() {
        state.reads += 1;
        return state.record ?? undefined;
      },
    },
    cookie,
  });
  const viewOf = async ({ status, stage, scope, rounds, outcome }: LoginRecord) =>
    ({
      status,
      reason: `${stage} ${scope} ${rounds} ${outcome}`,
      ...(status === 'pending' && state.because && { because: state.because }),
    }) as unknown as LoginView;
  const readStatus = createReadStatus({
    findOwnLogin,
    viewOf,
    awaitView: createAwaitView({ findOwnLogin, viewOf, cookie }),
    settledLogins,
    freshLogins,
    requeueLost: (login) => void requeued.push(login.id),
    heldPolls,
    cookie,
  });
  const app = new Koa();
  app.use(async (ctx) => {
    try {
      await readStatus(ctx, ctx.path.slice(1));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      ctx.status = error.status;
      ctx.body = { error: error.code, error_description: error.message };
    }
  });
  const origin = await withServer(t, app);
  async function read(path = `/${id}`, init: RequestInit = {}) {
    const answer = await fetch(origin + path, init);
    return { status: answer.status, text: await answer.text() };
  }
  const announce = (login: SettledLogin) => settledLogins.hear(JSON.stringify([login]));
  return { read, heldPolls, state, requeued, announce, settledLogins, freshLogins };
}
