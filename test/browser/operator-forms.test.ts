import test from 'ava';
import { adminToken, withAdminDoor } from '#test/ingress/operator/with-admin-door.ts';
import { withBrowser } from '#test/support/with-browser.ts';

test('without JavaScript an operator signs in, mends what a form refuses, and pauses what he made', async (t) => {
  const { origin, accounts } = await withAdminDoor(t);
  const context = await withBrowser(t, { javaScriptEnabled: false, locale: 'en-US' });
  const page = await context.newPage();
  await page.goto(`${origin}/operate/new/accounts`);
  await page.getByLabel('Token').fill(adminToken);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'New account' }).waitFor();

  await page.getByLabel('appid').fill('wx-by-hand');
  await page.getByLabel('AppSecret').fill('ge heim');
  await page.getByRole('button', { name: 'Save' }).click();
  t.is(await page.locator('#fault-name').textContent(), 'is required');
  t.true(await page.locator('#fault-secret').isVisible());
  t.is(await page.getByLabel('appid').inputValue(), 'wx-by-hand');
  t.is(await page.getByLabel('AppSecret').inputValue(), '');
  t.is(await accounts.countDocuments(), 0);

  await page.getByLabel('Name').fill('By hand');
  await page.getByLabel('AppSecret').fill('geheim');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.waitForURL(`${origin}/operate/accounts/wx-by-hand`);
  await page.getByRole('link', { name: 'Pause' }).click();
  t.is(await page.getByLabel('What is paused').inputValue(), 'door');
  await page.getByLabel('What is paused').selectOption('calls');
  await page.getByLabel('Reason').fill('moving house');
  await page.getByLabel('To pause the calls').fill('1');
  await page.getByRole('button', { name: 'Pause' }).click();
  t.true(await page.locator('#fault-codes').isVisible());
  t.is(await page.getByLabel('Reason').inputValue(), 'moving house');
  await page.getByLabel('To pause the calls').fill('0');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.waitForURL(`${origin}/operate/accounts/wx-by-hand`);
  t.like(await accounts.findOne({ appid: 'wx-by-hand' }).lean(), {
    name: 'By hand',
    pausedByOperator: { by: 'root', reason: 'moving house' },
  });
});
