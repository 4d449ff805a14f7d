import type { ExecutionContext } from 'ava';
import test from 'ava';
import Koa from 'koa';
import { request } from 'undici';
import { createAwaitView } from '#ingress/browser/await-view.ts';
import { createHeldPolls } from '#ingress/browser/held-polls.ts';
import type { LoginView } from '#ingress/browser/login-view.ts';
import { createSendOpenPage } from '#ingress/browser/send-open-page.ts';
import { createSettledLogins } from '#ingress/waking/settled-logins.ts';
import type { LoginRecord } from '#models/login/record.ts';
import type { SettledLogin } from '#models/login/settled-channel.ts';
import { withServer } from '#test/ingress/with-server.ts';
import { until } from '#test/support/until.ts';

const id = `00${'a'.repeat(32)}`;
const pending = { id, browser: 'mine', status: 'pending', stage: 'exchanging' } as LoginRecord;
const ready = { id, status: 'ready', outcome: 'o', browser: 'mine' } as SettledLogin;

/** The page of a pending login, over HTTP; `record` is what a look at its record finds at its end. */
async function withOpenPage(t: ExecutionContext, { openMs = 60_000, inAll = 10 } = {}) {
  const state: { record?: LoginRecord; reads: number } = { record: pending, reads: 0 };
  const settledLogins = createSettledLogins();
  const heldPolls = createHeldPolls({ inAll });
  const awaitView = createAwaitView({
    async findOwnLogin() {
      state.reads += 1;
      if (state.record === undefined) throw new Error('Redis is away');
      return state.record.browser === 'mine' ? state.record : undefined;
    },
    viewOf: async ({ status }) => ({ status }) as LoginView,
    cookie: { digestOf: () => 'mine' },
  });
  const pages = { waitingEnd: ({ status }: LoginView) => `[${status}]` };
  const sendOpenPage = createSendOpenPage({ awaitView, heldPolls, pages, openMs });
  const app = new Koa().use(async (ctx) => {
    const listener = settledLogins.listen(id);
    await sendOpenPage(ctx, [Buffer.from('pa'), Buffer.from('ge')], pending, listener).finally(listener.stop);
  });
  const origin = await withServer(t, app);

  /** As soon as the first part is there. */
  async function open() {
    const { body, headers, statusCode } = await request(origin);
    const parts = body[Symbol.asyncIterator]();
    const first = String((await parts.next()).value);
    const rest = async () => {
      let text = '';
      for (;;) {
        const { done, value } = await parts.next();
        if (done) return text;
        text += value;
      }
    };
    return { first, rest, body, headers, status: statusCode };
  }
  const announce = (login: SettledLogin) => settledLogins.hear(JSON.stringify([login]));
  return { open, announce, state, heldPolls, settledLogins };
}

test('a page is there at once, and its end when the login has one', async (t) => {
  const { announce, heldPolls, open, settledLogins, state } = await withOpenPage(t);
  const { first, headers, rest, status } = await open();
  t.is(status, 200);
  t.is(first, 'page');
  t.is(headers['content-type'], 'text/html; charset=utf-8');
  // Else nginx would hold it back.
  t.is(headers['x-accel-buffering'], 'no');
  t.is(heldPolls.count, 1);
  announce(ready);
  t.is(await rest(), '[ready]');
  t.is(state.reads, 0);
  t.is(heldPolls.count, 0);
  t.is(settledLogins.waitingCount, 0);
});

test('a login that became another browser’s meanwhile is told to nobody', async (t) => {
  const { announce, open, state } = await withOpenPage(t);
  const { rest } = await open();
  state.record = { ...pending, browser: 'another' };
  announce({ ...ready, browser: 'another' });
  t.is(await rest(), '');
  t.is(state.reads, 1);
});

test('a login that takes longer ends its page without a word, and without a look', async (t) => {
  const { heldPolls, open, state } = await withOpenPage(t, { openMs: 1 });
  const { first, rest } = await open();
  t.is(first, 'page');
  t.is(await rest(), '');
  t.is(state.reads, 0);
  t.is(heldPolls.count, 0);
});

test('a process that ends lets its open pages end at once', async (t) => {
  const { open, settledLogins } = await withOpenPage(t);
  const { rest } = await open();
  settledLogins.close();
  t.is(await rest(), '');
});

test('a record that cannot be read ends the page without a word', async (t) => {
  const { announce, open, state } = await withOpenPage(t);
  const { rest } = await open();
  delete state.record;
  announce({ id, status: 'reauthorize', browser: 'mine' } as SettledLogin);
  t.is(await rest(), '');
  t.is(state.reads, 1);
});

test('where too many are held a page is whole at once', async (t) => {
  const { open, heldPolls } = await withOpenPage(t, { inAll: 0 });
  const { first, headers, rest } = await open();
  t.is(first, 'page');
  t.is(headers['content-length'], '4');
  t.is(headers['content-type'], 'text/html; charset=utf-8');
  t.is(await rest(), '');
  t.is(heldPolls.count, 0);
});

test('who leaves an open page holds nothing any more', async (t) => {
  const { heldPolls, open, settledLogins, state } = await withOpenPage(t);
  const { body } = await open();
  body.on('error', () => {}).destroy();
  await until(() => heldPolls.count === 0);
  t.is(settledLogins.waitingCount, 0);
  t.is(state.reads, 0);
});

test('one login’s fifth page ends its oldest', async (t) => {
  const { heldPolls, open } = await withOpenPage(t);
  const oldest = await open();
  for (let n = 0; n < 4; n += 1) await open();
  t.is(await oldest.rest(), '');
  t.is(heldPolls.count, 4);
});
