import { readFile } from 'node:fs/promises';
import test, { type ExecutionContext } from 'ava';
import type { BrowserContextOptions } from 'playwright-core';
import { until } from '#test/support/until.ts';
import { sharedService } from '#test/system/shared-service.ts';
import { complaintsOf } from './open-login.ts';
import { signInAt } from './sign-in-at.ts';

const contrasts = await readFile(new URL('contrasts.js', import.meta.url), 'utf8');
const service = await sharedService();
const { control } = service.simulator;
const admin = () => service.ingresses[0]?.adminUrl ?? '';
const patience = { timeout: 60_000 };

const signIn = (t: ExecutionContext, options: BrowserContextOptions = {}) => signInAt(t, service, options);

/** An enterprise whose account's secret WeChat refuses from now on. */
async function withWrongSecret(name: string) {
  const account = await service.seedAccount({ name: `Account of ${name}` });
  const enterprise = await service.seedEnterprise({ appid: account.appid, name });
  const fail = async () => {
    control.addFault({ kind: 'error', errcode: 40125, appid: account.appid, endpoint: 'access_token' });
    return service.person().login(enterprise.entId);
  };
  return { ...enterprise, fail };
}

test('a secret that WeChat refuses is named with its remedy on the page that is open, without a reload', async (t) => {
  const { appid, fail } = await withWrongSecret('Acme');
  const page = await signIn(t);
  const complaints = complaintsOf(page);
  await page.evaluate('window.isSamePage = true');
  t.is(await page.locator('.incidents li', { hasText: appid }).count(), 0);
  await fail();
  const incident = page.locator('.incidents li', { hasText: appid });
  await incident.waitFor(patience);
  const text = (await incident.textContent()) ?? '';
  t.regex(text, /AppSecret is wrong or was reset \(40125\)/);
  t.regex(text, /Enter the new AppSecret of the account/);
  t.regex(text, /Account of Acme/);
  t.true(await page.evaluate('window.isSamePage === true'));

  // The focus stays where somebody is, whatever is exchanged around it.
  const takesCare = incident.getByRole('button', { name: 'I take care of it' });
  await takesCare.focus();
  const focused = await page.evaluate<string>('document.activeElement.id');
  t.regex(focused, /^acknowledge-/);
  await fail();
  await fail();
  await until(async () => /People3\b/.test((await incident.textContent()) ?? ''));
  t.is(await page.evaluate<string>('document.activeElement.id'), focused);

  await takesCare.press('Enter');
  await page
    .locator('.incidents li', { hasText: appid })
    .getByText('Taken care of by root')
    .waitFor(patience);
  t.deepEqual(complaints, []);
});

test('without a script the page says the same, and comes again by itself', async (t) => {
  const { appid, fail } = await withWrongSecret('Plain');
  const page = await signIn(t, { javaScriptEnabled: false, locale: 'zh-CN' });
  await fail();
  const incident = page.locator('.incidents li', { hasText: appid });
  await incident.waitFor(patience);
  t.regex((await incident.textContent()) ?? '', /AppSecret 错误或已被重置（40125）/);
  await incident.getByRole('button', { name: '由我处理' }).click();
  await page.locator('.incidents li', { hasText: appid }).getByText('处理人 root').waitFor(patience);
  // The chart's numbers are a table.
  await page.getByText('以表格显示').click();
  t.is(await page.locator('#chart-table tbody tr').count(), 15);
});

test('the chart is drawn, and the tables are filtered while one types', async (t) => {
  const [one, other] = [await service.seedEnterprise(), await service.seedEnterprise()];
  for (const { entId } of [one, other]) await service.person().login(entId);
  const page = await signIn(t);
  const complaints = complaintsOf(page);
  const rowOf = ({ entId }: typeof one) => page.locator('#enterprises-table tbody tr', { hasText: entId });
  await rowOf(one).waitFor(patience);
  await rowOf(other).waitFor(patience);
  await page.locator('#filter-enterprises').fill(one.entId.toUpperCase());
  t.true(await rowOf(one).isVisible());
  t.false(await rowOf(other).isVisible());
  const box = await page.locator('#plot canvas').boundingBox();
  t.true((box?.width ?? 0) > 500 && (box?.height ?? 0) > 100);
  // Without a script the box searches.
  await page.locator('#filter-enterprises').press('Enter');
  await page.waitForURL('**/operate/enterprises?q=*');
  t.deepEqual(complaints, []);
});

/** A failed login, with what is shown of it and of its person. */
async function somethingOnEveryPage() {
  const wrong = await withWrongSecret('极速在线客服 Acme-International-Customer-Care-Holdings-Incorporated');
  const { id: failed } = await wrong.fail();
  const right = await service.seedEnterprise();
  const { id: good } = await service.person().login(right.entId);
  const signedInPaths = [
    '/operate',
    '/operate?window=30d',
    '/operate/enterprises',
    `/operate/enterprises/${wrong.entId}`,
    '/operate/accounts',
    `/operate/accounts/${wrong.appid}`,
    '/operate/incidents',
    '/operate/find',
    `/operate/logins/${failed}`,
    '/operate/audit',
    '/operate/operators',
    '/operate/enterprises/nobody',
    '/operate/session',
  ];
  const headers = { accept: 'text/html' };
  const shown = await until(async () => {
    const { status, text } = await service.operate('GET', `/operate/logins/${good}`, undefined, headers);
    const person = /\/operate\/people\/[\w-]+/.exec(text)?.[0];
    return status === 200 && person;
  });
  await until(async () => (await service.operate('GET', '/operate/live')).text.includes(wrong.appid));
  return { paths: [...signedInPaths, shown], failed, wrong };
}
let onEveryPage: ReturnType<typeof somethingOnEveryPage> | undefined;
const everyPage = () => {
  onEveryPage ??= somethingOnEveryPage();
  return onEveryPage;
};

for (const [size, viewport] of [
  ['a phone', { width: 390, height: 844 }],
  ['a desktop', { width: 1280, height: 800 }],
] as const) {
  test(`every operator’s page fits ${size}, in both languages`, async (t) => {
    const { paths } = await everyPage();
    const page = await signIn(t, { viewport });
    const complaints = complaintsOf(page);
    for (const lang of ['zh_CN', 'en']) {
      for (const path of paths) {
        await page.goto(`${admin()}${path}${path.includes('?') ? '&' : '?'}lang=${lang}`);
        t.false(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), `${path} ${lang}`);
      }
    }
    t.deepEqual(complaints, []);
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every text of an operator’s page stands out from its ground in the ${colorScheme}`, async (t) => {
    const { paths } = await everyPage();
    const page = await signIn(t, { colorScheme });
    for (const path of paths) {
      await page.goto(admin() + path);
      const found = await page.evaluate<{ text: string; contrast: number }[]>(contrasts);
      t.true(found.length > 3, path);
      for (const { text, contrast } of found)
        t.true(contrast >= 4.5, `${path}: ${text} ${contrast.toFixed(2)}`);
    }
  });
}

test('a caller is found by the code on his page, from the keyboard alone', async (t) => {
  const { failed } = await everyPage();
  const code = `${failed.slice(2, 6)}-${failed.slice(6, 10)}-${failed.slice(10, 12)}`.toUpperCase();
  const page = await signIn(t);
  await page.getByRole('link', { name: 'Find a login' }).press('Enter');
  // The box has the focus already.
  await page.locator('#what:focus').waitFor();
  await page.keyboard.type(code.toLowerCase());
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: code }).waitFor();
  t.true(await page.getByText('is not set up correctly here, and is being repaired').isVisible());
  t.false(page.url().includes('?'));
});
