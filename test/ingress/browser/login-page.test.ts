import type { ExecutionContext } from 'ava';
import test from 'ava';
import Koa, { type Context } from 'koa';
import type { BrowserCookie } from '#ingress/browser/browser-cookie.ts';
import { createLoginPage } from '#ingress/browser/login-page.ts';
import type { LoginView } from '#ingress/browser/login-view.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import { createFreshLogins } from '#ingress/waking/fresh-logins.ts';
import { createSettledLogins } from '#ingress/waking/settled-logins.ts';
import type { Directory } from '#models/documents/directory.ts';
import type { LoginRecord, RecordedCode } from '#models/login/record.ts';
import type { SettledLogin } from '#models/login/settled-channel.ts';
import { withServer } from '#test/ingress/with-server.ts';

const id = `00${'a'.repeat(32)}`;
const now = 1_800_000_000_000;
const recorded = { entId: 'acme', appid: 'wx1', now, n: 1, diesAt: now + 299_000 } as RecordedCode;
const onRecord = { id, status: 'pending', entId: 'acme', now, recordedAt: now - 7_000 } as LoginRecord;

/** The page's route over HTTP; an open page says for how long its login waited, and ends with the first news of it. */
async function withLoginPage(t: ExecutionContext, { browser = 'mine' } = {}) {
  const seen = { reads: 0, requeued: 0 };
  const settledLogins = createSettledLogins();
  const freshLogins = createFreshLogins(settledLogins, { forMs: 600_000 });
  t.teardown(freshLogins.close);
  const loginPage = createLoginPage({
    settledLogins,
    freshLogins,
    async findOwnLogin() {
      seen.reads += 1;
      return browser === 'mine' ? onRecord : undefined;
    },
    awaitView: async () => ({ status: 'ready', location: 'https://host.example/' }),
    viewOf: async ({ status }) => ({ status }) as LoginView,
    async sendOpenPage(ctx, page, _login, listener) {
      const { status } = (await listener.settled(600_000)) ?? {};
      ctx.body = `${page} ${status}`;
    },
    requeueLost: () => {
      seen.requeued += 1;
    },
    cookie: { digestOf: () => browser } as unknown as BrowserCookie,
    directory: { findEnterprise: async () => ({ name: 'Acme' }) } as unknown as Directory,
    startAgain: async (ctx: Context) => {
      ctx.status = 404;
    },
    pages: {
      pending({ waitedMs }: { waitedMs: number }) {
        // Its login settles while the page is being drawn.
        settledLogins.hear(JSON.stringify([{ id, status: 'ready' } as SettledLogin]));
        return Buffer.from(waitedMs >= 7_000 ? 'old' : 'new');
      },
    } as unknown as Pages,
  });
  const origin = await withServer(
    t,
    new Koa().use((ctx) => loginPage(ctx, id)),
  );
  const load = async () => {
    const answer = await fetch(origin, { redirect: 'manual' });
    return { status: answer.status, text: await answer.text() };
  };
  return { load, seen, freshLogins, settledLogins };
}

test('the page of a code that was recorded just now looks at no record, and misses no news', async (t) => {
  const { freshLogins, load, seen, settledLogins } = await withLoginPage(t);
  freshLogins.keep(id, 'mine', recorded);
  t.deepEqual(await load(), { status: 200, text: 'new ready' });
  t.deepEqual(seen, { reads: 0, requeued: 1 });
  t.is(settledLogins.waitingCount, 0);
});

test('any other page looks at the record, and listens since before', async (t) => {
  const { load, seen, settledLogins } = await withLoginPage(t);
  t.deepEqual(await load(), { status: 200, text: 'old ready' });
  t.deepEqual(seen, { reads: 1, requeued: 1 });
  t.is(settledLogins.waitingCount, 0);
});

test('a login that ended before its page was asked for leads on at once', async (t) => {
  const { freshLogins, load, seen, settledLogins } = await withLoginPage(t);
  freshLogins.keep(id, 'mine', recorded);
  settledLogins.hear(JSON.stringify([{ id, status: 'ready' }]));
  t.deepEqual(await load(), { status: 303, text: '' });
  t.deepEqual(seen, { reads: 0, requeued: 0 });
});

test('another browser’s page finds no login, however fresh that is', async (t) => {
  const { freshLogins, load, seen, settledLogins } = await withLoginPage(t, { browser: 'another' });
  freshLogins.keep(id, 'mine', recorded);
  t.is((await load()).status, 404);
  t.is(seen.reads, 1);
  // Its own page may still come.
  t.is(settledLogins.waitingCount, 1);
});
