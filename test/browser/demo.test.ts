import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import type { DemoAddresses } from '#demo/home.ts';
import { keepPicture } from '#test/support/keep-picture.ts';
import { createPerson, weChatUserAgent } from '#test/support/person.ts';
import { desktopUserAgent } from '#test/support/scan.ts';
import { addressesOf, type Demo, homeOf, startDemo } from '#test/support/start-demo.ts';
import { storeUrl } from '#test/support/store-url.ts';
import { withBrowser } from '#test/support/with-browser.ts';

const stores = () => ({ REDIS_URL: storeUrl('TEST_REDIS_URL'), MONGO_URL: storeUrl('TEST_MONGO_URL') });
/** Its enterprises have Chinese names, as the browsers here speak Chinese. */
let demo: Demo;
let addresses: DemoAddresses;

test.before(async () => {
  demo = await startDemo({ ...stores(), LANG: 'zh_CN.UTF-8' });
  addresses = await addressesOf(demo);
});
test.after.always(() => demo?.end());

const desktop = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 844 } };

async function openBrowser(t: ExecutionContext, options: Parameters<typeof withBrowser>[1] = desktop) {
  const context = await withBrowser(t, options);
  return { context, page: await context.newPage() };
}

/** From the link to WeChat's question, past the page for browsers that are not WeChat's. */
async function openLink(page: Page, link: string, goOn = '仍用当前浏览器继续'): Promise<void> {
  await page.goto(link);
  await page.getByRole('link', { name: goOn }).click();
  await page.getByRole('button', { name: '允许' }).waitFor();
}

async function allow(page: Page, person: string): Promise<void> {
  await page.getByPlaceholder('anybody else').fill(person);
  await page.getByRole('button', { name: '允许' }).click();
}

async function steer(what: string, body: object, { simulator } = addresses): Promise<void> {
  const answer = await fetch(`${simulator}_simulator/${what}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** What the host says about who is logged in. */
async function readHost(page: Page) {
  await page.locator('#created').waitFor();
  return {
    nickname: await page.locator('#nickname').textContent(),
    userId: await page.locator('#user-id').textContent(),
    created: await page.locator('#created').textContent(),
  };
}

test('a person goes from the link to the host, with nickname and avatar; the second time the person is known', async (t) => {
  const { page } = await openBrowser(t);
  await openLink(page, addresses.openHouse);
  await page.getByText('Li Lei').click();
  await page.getByRole('button', { name: '允许' }).click();
  const first = await readHost(page);
  t.like(first, { nickname: 'Li Lei', created: 'true' });
  t.is(page.url(), addresses.host, 'no ticket is left in the address');
  t.true(await page.locator('main img.avatar').evaluate((image) => Reflect.get(image, 'naturalWidth') > 0));

  await page.getByRole('button', { name: '退出' }).click();
  await page.getByRole('heading', { name: '未登录' }).waitFor();
  await page.getByRole('link', { name: '微信登录：示例企业', exact: true }).click();
  await page.getByRole('link', { name: '仍用当前浏览器继续' }).click();
  await page.getByRole('button', { name: '允许' }).click();
  t.deepEqual(await readHost(page), { ...first, created: 'false' });
});

test('a phone that scans logs the computer in at the host, and stays logged out itself', async (t) => {
  const { page } = await openBrowser(t, { ...desktop, userAgent: desktopUserAgent });
  await page.goto(addresses.openHouse);
  await page.getByRole('img', { name: '用于登录这台电脑的二维码' }).waitFor();
  const qr = (await page.getAttribute('main[data-qr]', 'data-qr')) ?? '';

  const { page: onPhone } = await openBrowser(t, { ...phone, userAgent: weChatUserAgent });
  await onPhone.goto(qr);
  await allow(onPhone, 'scanner');
  await page.getByRole('heading', { name: '请看手机' }).waitFor();
  await onPhone.getByRole('button', { name: '允许登录' }).click();
  const digits = (await onPhone.getAttribute('main[data-digits]', 'data-digits')) ?? '';
  t.regex(digits, /^\d{3}$/);

  await page.getByLabel('手机上显示的 3 位数字').fill(digits);
  await page.getByRole('button', { name: '登录' }).click();
  const told = await readHost(page);
  t.true(told.nickname?.includes('scanner'));
  t.is(told.created, 'true');
  t.is(page.url(), addresses.host, 'no ticket is left in the address');

  await onPhone.goto(addresses.host);
  t.true(await onPhone.getByRole('heading', { name: '未登录' }).isVisible());
});

type Wording = {
  locale: keyof typeof waitingWords;
  enterprise: string;
  who: readonly [id: string, nickname: string];
};
const waitingWords = {
  'zh-CN': { goOn: '仍用当前浏览器继续', heading: '正在登录' },
  en: { goOn: 'Continue in this browser', heading: 'Signing you in' },
};

/** What an enterprise is named does not follow the browser. */
async function englishAddresses(t: ExecutionContext): Promise<DemoAddresses> {
  const english = await startDemo(stores());
  t.teardown(() => english.end());
  return addressesOf(english);
}

const waiting = test.macro({
  async exec(t, { locale, enterprise, who: [person, nickname] }: Wording) {
    const { goOn, heading } = waitingWords[locale];
    const there = locale === 'en' ? await englishAddresses(t) : addresses;
    const { page } = await openBrowser(t, { ...phone, locale });
    // Slow enough to be seen also on a machine that is busy.
    await steer('faults', { kind: 'latency', ms: 1_500, person }, there);
    await openLink(page, there.openHouse, goOn);
    await page.getByText(nickname).click();
    await keepPicture(page, `login-wechat.${locale}`);
    await page.getByRole('button', { name: '允许' }).click();
    await page.getByRole('heading', { name: heading }).waitFor();
    t.regex(page.url(), /\/logins\/[0-9A-Za-z]+$/);
    await keepPicture(page, `waiting-page.${locale}`);
    const host = await readHost(page);
    t.is(host.created, 'true');
    t.true(host.nickname?.startsWith(nickname));
    t.true(await page.getByText(enterprise).isVisible());
    await keepPicture(page, `login-host.${locale}`);
  },
  title: (_, { locale }: Wording) =>
    `the waiting page says what is going on while WeChat is asked (${locale})`,
});
test(waiting, { locale: 'zh-CN', enterprise: '示例企业', who: ['xiaoming', '小明'] });
test(waiting, { locale: 'en', enterprise: 'Example company', who: ['lilei', 'Li Lei'] });

test('the home page leads everywhere: as a phone in a window of its own, and the operator’s token is copied by a click', async (t) => {
  const { context, page } = await openBrowser(t, { viewport: { width: 1120, height: 760 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { page: english } = await openBrowser(t, { viewport: { width: 1120, height: 760 }, locale: 'en' });
  await english.goto(homeOf(demo));
  await keepPicture(english, 'demo-home.en', { fullPage: true });
  await page.goto(homeOf(demo));
  await keepPicture(page, 'demo-home.zh-CN', { fullPage: true });
  const opened = context.waitForEvent('page');
  await page.getByRole('link', { name: '模拟手机打开' }).click();
  const window = await opened;
  await window.getByRole('link', { name: '仍用当前浏览器继续' }).click();
  await window.getByRole('button', { name: '允许' }).waitFor();
  t.is(await window.evaluate('innerWidth'), 390);
  await allow(window, 'from-the-home-page');
  t.is((await readHost(window)).created, 'true');

  await page.getByRole('button', { name: '复制' }).click();
  await page.getByRole('button', { name: '已复制' }).waitFor();
  t.is(await page.evaluate('navigator.clipboard.readText()'), addresses.password);
  const hrefs = await page
    .getByRole('link')
    .evaluateAll((links) => links.map((link) => Reflect.get(link, 'href')));
  for (const href of new Set(hrefs as string[]))
    t.not((await fetch(href, { redirect: 'manual' })).status, 404, href);
});

test('a person who refuses stays logged out', async (t) => {
  const { page } = await openBrowser(t);
  await openLink(page, addresses.openHouse);
  await page.getByRole('button', { name: '拒绝' }).click();
  await page.getByText('你已拒绝授权').waitFor();
  await page.goto(addresses.host);
  t.true(await page.getByRole('heading', { name: '未登录' }).isVisible());
});

test('a snapshot page binds nothing, and 使用完整服务 finishes the login', async (t) => {
  const { context, page } = await openBrowser(t);
  await openLink(page, addresses.openHouse);
  await page.getByPlaceholder('anybody else').fill('snapshot-visitor');
  const opened = context.waitForEvent('page');
  await page.getByRole('button', { name: '以网页快照打开' }).click();
  const snapshot = await opened;
  await snapshot.getByRole('heading', { name: '使用完整服务' }).waitFor();

  await page.getByRole('link', { name: '使用完整服务' }).click();
  await page.getByRole('button', { name: '允许' }).waitFor();
  await allow(page, 'snapshot-visitor');
  t.is((await readHost(page)).created, 'true');
});

test('a first login of the other enterprise names an existing user, the next one needs not', async (t) => {
  const { page } = await openBrowser(t);
  await openLink(page, addresses.staffRoom);
  await allow(page, 'colleague');
  await page.getByLabel('用户').fill('mallory');
  await page.getByRole('button', { name: '绑定并登录' }).click();
  t.regex((await page.getByRole('alert').textContent()) ?? '', /没有用户“mallory”/);
  await page.getByLabel('用户').fill('alice');
  await page.getByRole('button', { name: '绑定并登录' }).click();
  t.like(await readHost(page), { userId: 'alice' });

  await openLink(page, addresses.staffRoom);
  await allow(page, 'colleague');
  await page.waitForURL(addresses.host);
  t.like(await readHost(page), { userId: 'alice', created: 'false' });
});

test('a stock OpenID Connect client logs the person in, and out', async (t) => {
  const { page } = await openBrowser(t);
  await page.goto(addresses.oidcHost);
  await page.getByRole('link', { name: '微信登录' }).click();
  await page.getByRole('link', { name: '仍用当前浏览器继续' }).click();
  await page.getByRole('button', { name: '允许' }).waitFor();
  await allow(page, 'by-openid');
  await page.getByText('已登录').waitFor();
  t.true((await page.locator('#nickname').textContent())?.includes('by-openid'));
  t.regex((await page.locator('#sub').textContent()) ?? '', /^example-company:u_[0-9a-f]{24}$/);
  t.is(page.url(), addresses.oidcHost, 'no code is left in the address');

  await page.getByRole('button', { name: '退出' }).click();
  // The login service asks, too: another tab may still need its session.
  await page.getByRole('button').first().click();
  await page.getByRole('heading', { name: '未登录' }).waitFor();
  t.is(page.url(), addresses.oidcHost);
});

test('a ticket in the address of a host works once', async (t) => {
  const { page } = await openBrowser(t);
  const tickets: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('ticket=')) tickets.push(request.url());
  });
  await openLink(page, addresses.openHouse);
  await allow(page, 'twice');
  await readHost(page);
  t.is(tickets.length, 1);
  await page.goto(tickets[0] ?? '');
  t.true(await page.getByRole('heading', { name: '请重新登录' }).isVisible());
});

test('the dashboard and the metrics open with the password that the demo told', async (t) => {
  const httpCredentials = { username: 'anybody', password: addresses.password };
  const { page } = await openBrowser(t, {
    viewport: { width: 900, height: 480 },
    locale: 'en',
    httpCredentials,
  });
  await page.goto(`${addresses.dashboard}queue/exchange?status=active`);
  await page.getByText('Active').first().waitFor();
  // Finished jobs are soon gone, so some are kept busy for longer than the board takes to look again. They may share one.
  await Promise.all(['one', 'two', 'three'].map(beginSlowLogin));
  await page
    .getByText(/[0-9a-f]{34}-1|b3-[0-9a-f]{64}/)
    .first()
    .waitFor();
  for (const metrics of [addresses.ingressMetrics, addresses.workerMetrics]) {
    t.is((await page.goto(metrics))?.status(), 200);
    t.regex((await page.textContent('body')) ?? '', /^# HELP wechat_/m);
  }
});

async function beginSlowLogin(name: string): Promise<void> {
  await steer('faults', { kind: 'latency', ms: 2_500, person: name });
  const person = createPerson({ ingressUrl: new URL(addresses.openHouse).origin, name });
  // With a state, as the host itself begins a login.
  const authorizeUrl = await person.start('example-company', { state: 'state-of-the-host' });
  await person.callback(await person.authorize(authorizeUrl));
}

test('whoever is signed in at the host already is not asked to link a WeChat that somebody else opened', async (t) => {
  const { page } = await openBrowser(t);
  await openLink(page, addresses.openHouse);
  await allow(page, 'signed-in-already');
  await readHost(page);
  await openLink(page, addresses.staffRoom);
  await allow(page, 'stranger-to-the-staff');
  await page.getByRole('heading', { name: '您已登录' }).waitFor();
  t.is(await page.getByLabel('用户').count(), 0);
});
