import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { chromium } from 'playwright-core';
import { findChromium } from '#dev-stores/find-chromium.ts';
import { state, withCallback, withSimulator } from './with-simulator.ts';

/** Playwright wants a path where a shell is content with a name. */
async function chromiumPath(): Promise<string> {
  const found = await findChromium();
  return path.isAbsolute(found) ? found : (await execa('which', [found])).stdout;
}

async function withPhone(t: ExecutionContext) {
  const browser = await chromium.launch({ executablePath: await chromiumPath(), args: ['--no-sandbox'] });
  t.teardown(() => browser.close());
  const context = await browser.newContext({ viewport: { width: 375, height: 720 }, locale: 'zh-CN' });
  const simulator = await withSimulator(t);
  const { redirectUri, visits } = await withCallback(t);
  const page = await context.newPage();
  const link = `${simulator.authorizeUrl({ redirect_uri: redirectUri })}#wechat_redirect`;
  const codeOf = (url: string) => new URL(url, redirectUri).searchParams.get('code') ?? '';
  return { ...simulator, context, page, link, visits, codeOf };
}

test('a person chooses who to be, allows, and is at the callback', async (t) => {
  const { codeOf, control, link, page, visits } = await withPhone(t);
  await page.goto(link);
  t.true(await page.locator('.warning').isHidden());
  t.false(await page.evaluate('document.documentElement.scrollWidth > innerWidth'));
  await page.getByText('Li Lei').click();
  await page.getByRole('button', { name: '允许' }).click();
  await page.waitForURL('**/elsewhere');
  t.is(control.code(codeOf(visits[0]?.url ?? '')).person, 'lilei');
});

test('a link without #wechat_redirect is told apart', async (t) => {
  const { link, page } = await withPhone(t);
  await page.goto(link.replace('#wechat_redirect', ''));
  t.true(await page.locator('.warning').isVisible());
});

for (const [decision, button] of [
  ['allowed', '允许'],
  ['refused', '拒绝'],
] as const) {
  test(`who comes back after having ${decision} is still the person chosen`, async (t) => {
    const { link, page } = await withPhone(t);
    const chosen = () => page.locator('input[name=person]:checked').getAttribute('value');
    await page.goto(link);
    await page.getByText('韩梅梅').click();
    await page.getByRole('button', { name: button }).click();
    await page.waitForURL(decision === 'allowed' ? '**/elsewhere' : '**/consent');
    await page.goBack();
    await page.getByRole('button', { name: '允许' }).waitFor();
    t.is(await chosen(), 'hanmeimei');
    await page.getByPlaceholder('anybody else').fill('客服 007');
    await page.getByRole('button', { name: button }).click();
    await page.waitForURL(decision === 'allowed' ? '**/elsewhere' : '**/consent');
    await page.goBack();
    await page.getByRole('button', { name: '允许' }).waitFor();
    t.is(await chosen(), '客服 007');
  });
}

test('who comes back to a website’s question on the phone is still the person chosen', async (t) => {
  const { control, page, url } = await withPhone(t);
  control.putAccount('wxwebsite', { secret: 'secret', kind: 'website' });
  await page.goto(`${url}/try?appid=wxwebsite`);
  await page.goto(`${url}${await page.locator('#be-phone').getAttribute('href')}`);
  for (const [choose, id] of [
    [() => page.getByText('韩梅梅').click(), 'hanmeimei'],
    [() => page.getByPlaceholder('anybody else').fill('客服 007'), '客服 007'],
  ] as const) {
    await choose();
    await page.getByRole('button', { name: '取消' }).click();
    await page.getByText('已取消登录').waitFor();
    await page.goBack();
    await page.getByRole('button', { name: '确认登录' }).waitFor();
    t.is(await page.locator('input[name=person]:checked').getAttribute('value'), id);
  }
});

test('the snapshot opens beside its frame, whose 使用完整服务 leads through consent to a real code', async (t) => {
  const { codeOf, context, control, link, page, visits } = await withPhone(t);
  await page.goto(link);
  const opened = context.waitForEvent('page');
  await page.getByRole('button', { name: '以网页快照打开' }).click();
  await (await opened).waitForURL('**/elsewhere');
  await page.getByRole('link', { name: '使用完整服务' }).click();
  await page.getByRole('button', { name: '允许' }).click();
  await page.waitForURL('**/elsewhere');
  const asked = visits.map(({ url }) => url ?? '');
  t.deepEqual(
    asked.map((url) => control.code(codeOf(url)).snapshot),
    [true, false],
  );
  t.true(asked.every((url) => url.endsWith(`&state=${state}`)));
});
