import test, { type ExecutionContext } from 'ava';
import type { BrowserContextOptions } from 'playwright-core';
import { appid, secret, withSimulator } from '#test/simulator/with-simulator.ts';
import { keepPicture } from '#test/support/keep-picture.ts';
import { withBrowser } from '#test/support/with-browser.ts';
import { axeViolations } from './axe.ts';

const website = 'wx7f3c2a9be5d01846';

async function withPanel(t: ExecutionContext, options: BrowserContextOptions = {}) {
  const [club, shop] = options.locale === 'en' ? ['Qinghe Club', 'Qinghe Shop'] : ['青禾服务号', '青禾商城'];
  const simulator = await withSimulator(t, {
    accounts: {
      [appid]: { secret, name: club, link: 'http://127.0.0.1:9/login' },
      [website]: { secret, name: shop, kind: 'website' },
    },
  });
  const page = await (await withBrowser(t, options)).newPage();
  return { ...simulator, page };
}

/** From the panel to somebody's consent, back at the simulator, and the code traded. */
async function tryLogin({ page, url }: Awaited<ReturnType<typeof withPanel>>): Promise<void> {
  await page.goto(url);
  await page.locator('a.first').first().click();
  await page.getByText('Li Lei').click();
  await page.getByRole('button', { name: '允许' }).click();
  await page.locator('#trade').click();
  await page.waitForURL('**/try/trade');
}

test('a fault button is pressed, a login is tried, and the log shows what came of it by itself', async (t) => {
  const panel = await withPanel(t, { locale: 'en' });
  const { page } = panel;
  await page.goto(panel.url);
  const watching = await page.context().newPage();
  await watching.goto(panel.url);
  await page.getByRole('button', { name: '45011' }).click();
  t.is(await page.getByRole('button', { name: '45011' }).first().getAttribute('aria-pressed'), 'true');
  await tryLogin(panel);
  t.true(await page.getByText('api minute-quota reach limit').isVisible());
  const row = watching.locator('#rows tr', { hasText: 'access_token' });
  await row.waitFor();
  t.true((await row.textContent())?.includes('45011 · error'));
  t.true(await watching.locator('#active').getByText('happened once').isVisible());
  await watching.locator('#clear').click();
  await watching.getByText('Nothing: all calls').waitFor();
  await tryLogin(panel);
  t.true(await page.getByText('"nickname": "Li Lei"').isVisible());
});

test('without JavaScript it is pressed and read as well', async (t) => {
  const { exchange, mint, page, url } = await withPanel(t, { locale: 'en', javaScriptEnabled: false });
  await page.goto(url);
  await page.getByLabel('How often').selectOption('once');
  await page.getByRole('button', { name: '40125' }).click();
  t.is(page.url(), `${url}/#break`);
  await exchange(mint());
  await page.reload();
  t.true(await page.locator('#rows tr', { hasText: '40125 · error' }).isVisible());
  t.true(await page.getByText('Nothing: all calls').isVisible());
});

test('a website’s login by QR code, with a tab for the phone', async (t) => {
  const { page, url } = await withPanel(t, { locale: 'en' });
  await page.goto(url);
  await page.getByRole('link', { name: 'Try a login here: Qinghe Shop' }).click();
  const opened = page.context().waitForEvent('page');
  await page.locator('#be-phone').click();
  const phone = await opened;
  await phone.getByText('Li Lei').click();
  await phone.getByRole('button', { name: '确认登录' }).click();
  await page.waitForURL('**/try/callback?*');
  t.true(await page.getByText('code=0').isVisible());
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [320, 1280]) {
    test(`axe finds nothing against WCAG 2.2 AA at the simulator (${colorScheme}, ${width})`, async (t) => {
      const locale = width === 320 ? 'zh-CN' : 'en';
      const panel = await withPanel(t, { colorScheme, locale, viewport: { width, height: 800 } });
      const { control, page, url } = panel;
      const sound = async (what: string) => {
        t.deepEqual(await axeViolations(page), [], what);
        t.false(
          await page.evaluate('document.documentElement.scrollWidth > innerWidth'),
          `${what} is too wide`,
        );
      };
      control.addFault({ kind: 'error', errcode: 45_011 });
      control.addFault({ kind: 'html', count: 3 });
      await tryLogin(panel);
      await sound('a traded code');
      control.clearFaults();
      control.addFault({ kind: 'snapshot', count: 1 });
      control.addFault({ kind: 'hang' });
      await page.goto(url);
      await page.locator('a.first').first().click();
      await page.waitForURL('**/try/callback?*');
      await sound('the callback');
      await page.goto(url);
      await sound('the panel');
      await page.locator('a', { hasText: '使用完整服务' }).first().click();
      await sound('the consent page');
      await page.getByRole('button', { name: '拒绝' }).click();
      await sound('refused');
      await page.goto(`${url}/connect/oauth2/authorize`);
      await sound('an error');
      await page.goto(url);
      await page.locator('a.first').nth(1).click();
      await sound('a QR code');
      const href = await page.locator('#be-phone').getAttribute('href');
      await page.goto(`${url}${href}`);
      await sound('the phone confirms');
      control.removeAccount(appid);
      control.removeAccount(website);
      await page.goto(url);
      await sound('no account');
    });
  }
}

test('axe finds what is wrong there', async (t) => {
  const { page, url } = await withPanel(t);
  await page.goto(url);
  await page.evaluate("document.querySelector('h2').style.color = '#999'");
  t.regex((await axeViolations(page)).join('\n'), /color-contrast/);
});

for (const locale of ['en', 'zh-CN'] as const) {
  test(`the docs show the panel as it is (${locale})`, async (t) => {
    const panel = await withPanel(t, { locale, viewport: { width: 1180, height: 860 } });
    const { control, page, url } = panel;
    control.addFault({ kind: 'error', errcode: 45_011, count: 3 });
    await tryLogin(panel);
    await page.goto(url);
    t.is(await page.locator('[aria-pressed=true]').count(), 1);
    await keepPicture(page, `simulator-panel.${locale}`, { fullPage: true });
  });
}
