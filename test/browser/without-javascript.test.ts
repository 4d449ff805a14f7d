import test from 'ava';
import { words } from '#ingress/browser/pages/words.ts';
import { withBrowser } from '#test/support/with-browser.ts';
import { withLoginServer } from './with-login-server.ts';

const say = words.zh_CN;

async function openWithoutJavaScript(
  t: Parameters<typeof withBrowser>[0] & Parameters<typeof withLoginServer>[0],
) {
  const context = await withBrowser(t, { javaScriptEnabled: false });
  const server = await withLoginServer(t, { waitedMs: 12_000 });
  const page = await context.newPage();
  return { ...server, page };
}

test('without JavaScript the page reloads itself until the login is ready', async (t) => {
  const { elsewhere, loginUrl, page, requests, tell } = await openWithoutJavaScript(t);
  await page.goto(loginUrl);
  t.is(await page.textContent('h1:visible'), say.pending.title);
  t.true(await page.getByText(say.pending.slow).isVisible());
  tell({ status: 'ready', location: elsewhere('/host') });
  await page.waitForURL(elsewhere('/host'));
  t.deepEqual(
    requests.map(({ url }) => url),
    ['/logins/1', '/logins/1', '/host'],
  );
});

test('without JavaScript every ending is drawn by the server', async (t) => {
  const { elsewhere, loginUrl, page, tell } = await openWithoutJavaScript(t);
  tell({ status: 'snapshot' });
  await page.goto(loginUrl);
  t.true(await page.getByText(say.snapshot.note).isVisible());
  tell({ status: 'failed', reason: 'unavailable' });
  await page.goto(loginUrl);
  t.true(await page.getByText(say.failed.unavailable).isVisible());
  t.is(
    await page.getByRole('link', { name: say.startAgain }).getAttribute('href'),
    '/wechatTransfer?ent_id=acme',
  );
  tell({ status: 'reauthorize', location: elsewhere('/wechat') });
  await page.goto(loginUrl);
  await page.getByText(say.tap.action).click();
  await page.waitForURL(elsewhere('/wechat'));
});
