import test, { type ExecutionContext } from 'ava';
import type { BrowserContextOptions } from 'playwright-core';
import { words } from '#ingress/browser/pages/words.ts';
import { until } from '#test/support/until.ts';
import { withBrowser } from '#test/support/with-browser.ts';
import { complaintsOf } from './open-login.ts';
import { withLoginServer } from './with-login-server.ts';

const say = words.zh_CN;
const long = 60_000;

/** A browser on the page of a pending login that is still open. */
async function openPage(
  t: ExecutionContext,
  browser: BrowserContextOptions = {},
  openMs = long,
  { isClockStill = false } = {},
) {
  const context = await withBrowser(t, browser);
  const server = await withLoginServer(t, { openMs });
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.clock.install({ time: 0 });
  if (isClockStill) await page.clock.pauseAt(3_600_000);
  await page.goto(server.loginUrl, { waitUntil: 'commit' });
  await page.getByText(say.pending.title).first().waitFor();
  return { ...server, page, complaints, paths: () => server.requests.map(({ url }) => url) };
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';

  test(`${how} JavaScript an open page is seen at once, and its end leads on without another request`, async (t) => {
    const { complaints, elsewhere, page, paths, tell } = await openPage(t, { javaScriptEnabled });
    tell({ status: 'ready', location: elsewhere('/host?ticket=t&ent_id=e') });
    await page.waitForURL(elsewhere('/host?ticket=t&ent_id=e'));
    t.deepEqual(paths(), ['/logins/1', '/host?ticket=t&ent_id=e']);
    t.deepEqual(complaints, []);
  });

  test(`${how} JavaScript the end of a page may lead back to WeChat`, async (t) => {
    const { elsewhere, page, tell } = await openPage(t, { javaScriptEnabled });
    tell({ status: 'reauthorize', location: elsewhere('/wechat'), retry_after_ms: 10 });
    await page.waitForURL(elsewhere('/wechat'));
    t.pass();
  });

  test(`${how} JavaScript an end that leads nowhere is shown`, async (t) => {
    const { page, tell } = await openPage(t, { javaScriptEnabled });
    tell({ status: 'failed', reason: 'unavailable' });
    await page.getByText(say.failed.unavailable).waitFor();
    t.is(await page.locator('h1:visible').textContent(), say.failed.title);
  });
}

test('the end of a page is told to those who cannot see it, and asks nothing', async (t) => {
  const { page, polls, tell } = await openPage(t);
  tell({ status: 'snapshot' });
  await page.getByRole('status').getByText(say.snapshot.note).waitFor();
  t.is(polls(), 0);
});

test('a page that ends without a word asks', async (t) => {
  const { elsewhere, page, polls, tell } = await openPage(t, {}, 1);
  await until(() => polls() === 1);
  tell({ status: 'ready', location: elsewhere('/host') });
  await page.waitForURL(elsewhere('/host'));
  t.pass();
});

test('a page without JavaScript that ends without a word comes again', async (t) => {
  const { page, paths, polls } = await openPage(t, { javaScriptEnabled: false }, 1);
  await until(() => paths().length >= 2);
  t.is(polls(), 0);
  await page.getByText(say.pending.title).first().waitFor();
});

test('a page whose connection broke asks after a time', async (t) => {
  const { cut, elsewhere, page, polls, tell } = await openPage(t, {}, long, { isClockStill: true });
  await page.clock.runFor(3_000);
  cut();
  t.is(polls(), 0);
  // The script may have begun only now: the page is seen before it is read to its end.
  await until(async () => {
    await page.clock.runFor(500);
    return polls() === 1;
  });
  tell({ status: 'ready', location: elsewhere('/host') });
  await until(async () => {
    // A page that is just leaving has no clock any more.
    await page.clock.runFor(500).catch(() => {});
    return page.url() === elsewhere('/host');
  });
});

test('a page that is looked at again while it is open is asked about, and moves once', async (t) => {
  const { elsewhere, page, paths, polls, tell } = await openPage(t);
  await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
  await until(() => polls() === 1);
  tell({ status: 'ready', location: elsewhere('/host') });
  await page.waitForURL(elsewhere('/host'));
  t.is(paths().filter((path) => path === '/host').length, 1);
});

for (const [how, openMs] of [
  ['by the end of its page', long],
  ['by the answer to its question', 1],
] as const) {
  test(`who is in is greeted by name, which is text, ${how}`, async (t) => {
    const { elsewhere, page, polls, tell } = await openPage(t, {}, openMs, { isClockStill: true });
    if (openMs === 1) await until(() => polls() === 1);
    // With its clock standing still the page does not leave.
    tell({ status: 'ready', location: elsewhere('/host'), who: '<b>小明\u202e' });
    await page.getByText(say.ready.who('\u2068<b>小明\u202e\u2069')).waitFor();
    t.is(await page.locator('b').count(), 0);
  });
}
