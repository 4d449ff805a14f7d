import test from 'ava';
import type { Page } from 'playwright-core';
import { words } from '#ingress/browser/pages/words.ts';
import { weChatUserAgent } from '#test/support/person.ts';
import { createPhone, desktopUserAgent, digitsIn } from '#test/support/scan.ts';
import { until } from '#test/support/until.ts';
import { withBrowser } from '#test/support/with-browser.ts';
import { sharedService } from '#test/system/shared-service.ts';
import { complaintsOf } from './open-login.ts';

const service = await sharedService();
const desktop = { userAgent: desktopUserAgent, viewport: { width: 1280, height: 800 } };
/** A host that answers: it lives where nobody else does. */
const loginUrl = `${service.simulator.url}/host-of-the-test`;

/** The page leaves after 1.5 s, in which a busy machine may not have looked: until the answer its last view stays. */
async function holdHost(page: Page): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(
    ({ href }) => href.startsWith(loginUrl),
    async (route) => {
      await promise;
      // Whoever went elsewhere meanwhile does not wait for it any more.
      await route.continue().catch(() => {});
    },
  );
  return resolve;
}

for (const [locale, say] of [
  ['zh-CN', words.zh_CN],
  ['en-US', words.en],
] as const) {
  test(`a computer and a phone, each with its screen (${locale})`, async (t) => {
    const { entId } = await service.seedEnterprise({ login_url: loginUrl, name: 'Acme' });
    const page = await (await withBrowser(t, { ...desktop, locale })).newPage();
    const complaints = complaintsOf(page);
    await page.goto(`${service.publicUrl}/wechatTransfer?ent_id=${entId}`);
    const qr = (await page.getAttribute('main[data-qr]', 'data-qr')) ?? '';
    await page.getByRole('img', { name: say.scan.waiting.qr }).waitFor();

    const phone = await (await withBrowser(t, { userAgent: weChatUserAgent, locale })).newPage();
    await phone.setExtraHTTPHeaders({ 'x-simulator-person': `somebody-${locale}` });
    await phone.goto(qr);
    await phone.getByRole('button', { name: say.scanPhone.asking.allow }).waitFor();
    const [deny, allow] = await Promise.all(
      [say.scanPhone.asking.deny, say.scanPhone.asking.allow].map((name) =>
        phone.getByRole('button', { name }).boundingBox(),
      ),
    );
    t.true((deny?.y ?? 0) < (allow?.y ?? 0));
    t.is(deny?.width, allow?.width);
    await page.getByRole('heading', { name: say.scan.asking.title }).waitFor();
    await phone.getByRole('button', { name: say.scanPhone.asking.allow }).click();
    await phone.getByRole('heading', { name: say.scanPhone.match.title }).waitFor();
    const digits = (await phone.getAttribute('main[data-digits]', 'data-digits')) ?? '';

    const leadOn = await holdHost(page);
    await page.getByLabel(say.scan.match.label).fill(digits);
    await page.getByRole('button', { name: say.scan.match.action }).click();
    await page.getByRole('heading', { name: `somebody-${locale}` }).waitFor();
    leadOn();
    await page.waitForURL(`${loginUrl}?ticket=*`);
    t.deepEqual(
      complaints.filter((complaint) => !complaint.includes('404')),
      [],
    );
  });
}

/** As a person pastes a screenshot, and until the page has read it. */
async function paste(page: Page, png: Buffer): Promise<void> {
  await page.evaluate(`(async () => {
    const bytes = await (await fetch('data:image/png;base64,${png.toString('base64')}')).blob();
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([bytes], 'screen.png', { type: 'image/png' }));
    dispatchEvent(new ClipboardEvent('paste', { clipboardData }));
  })()`);
  // From here: what the page evaluates itself again and again its policy forbids.
  await until(async () => (await page.inputValue('[name=url]')) !== '');
}

test('the simulator’s home page has a phone for people: it scans, shows the question, and then the digits', async (t) => {
  const { entId } = await service.seedEnterprise({ login_url: loginUrl, name: 'Acme' });
  const browser = await withBrowser(t, desktop);
  const page = await browser.newPage();
  await page.goto(`${service.publicUrl}/wechatTransfer?ent_id=${entId}`);
  const qr = (await page.getAttribute('main[data-qr]', 'data-qr')) ?? '';

  const simulator = await browser.newPage();
  const complaints = complaintsOf(simulator);
  await simulator.goto(service.simulator.url);
  await simulator.getByText('Li Lei').click();
  await paste(simulator, await page.screenshot());
  t.is(await simulator.getByLabel('链接').inputValue(), qr);
  await simulator.getByRole('button', { name: '扫码' }).click();
  const phone = simulator.frameLocator('iframe');
  await phone.getByText('Li Lei').waitFor();
  await page.getByRole('heading', { name: words.zh_CN.scan.asking.title }).waitFor();
  await phone.getByRole('button', { name: words.zh_CN.scanPhone.asking.allow }).click();
  const digits = (await phone.locator('main[data-digits]').getAttribute('data-digits')) ?? '';
  t.regex(digits, /^\d{3}$/);
  // What the phone showed last, also after a reload.
  await simulator.reload();
  t.is(await phone.locator('main[data-digits]').getAttribute('data-digits'), digits);
  await page.getByLabel(words.zh_CN.scan.match.label).fill(digits);
  await page.getByRole('button', { name: words.zh_CN.scan.match.action }).click();
  await page.waitForURL(`${loginUrl}?ticket=*`);
  // Its scripts do not run there, which the browser notes.
  t.deepEqual(
    complaints.filter((complaint) => !complaint.includes('sandbox')),
    [],
  );
});

test('cancelled on the computer: nobody goes on', async (t) => {
  const { entId } = await service.seedEnterprise({ login_url: loginUrl });
  const page = await (await withBrowser(t, desktop)).newPage();
  await page.goto(`${service.publicUrl}/wechatTransfer?ent_id=${entId}`);
  const phone = createPhone(service);
  await phone.scan((await page.getAttribute('main[data-qr]', 'data-qr')) ?? '');
  const digits = digitsIn(await phone.decide('allow'));
  const leadOn = await holdHost(page);
  await page.getByLabel(words.zh_CN.scan.match.label).fill(digits);
  await page.getByLabel(words.zh_CN.scan.match.label).press('Enter');
  await page.getByRole('button', { name: words.zh_CN.scan.ended.cancel }).click();
  await page.getByRole('img', { name: words.zh_CN.scan.waiting.qr }).waitFor();
  leadOn();
  t.true(page.url().includes('/scans/'), page.url());
  // Back shows what became of it, and leads to no host.
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goBack({ waitUntil: 'commit' });
  await page.getByRole('heading', { name: words.zh_CN.scan.denied.title }).waitFor();
  t.deepEqual(
    asked.filter((url) => url.startsWith(loginUrl)),
    [],
  );
});

test('cancelled on a computer without JavaScript: nobody goes on, nor by Back', async (t) => {
  const { entId } = await service.seedEnterprise({ login_url: loginUrl });
  const say = words.zh_CN.scan;
  const page = await (await withBrowser(t, { ...desktop, javaScriptEnabled: false })).newPage();
  const phone = createPhone(service);
  await page.goto(`${service.publicUrl}/wechatTransfer?ent_id=${entId}`);
  await phone.scan((await page.getAttribute('main[data-qr]', 'data-qr')) ?? '');
  const digits = digitsIn(await phone.decide('allow'));
  const leadOn = await holdHost(page);
  await page.getByLabel(say.match.label).fill(digits);
  await page.getByRole('button', { name: say.match.action }).click();
  await page.getByRole('button', { name: say.ended.cancel }).click();
  await page.getByRole('img', { name: say.waiting.qr }).waitFor();
  leadOn();
  await page.goBack({ waitUntil: 'commit' });
  await page.getByRole('heading', { name: say.denied.title }).waitFor();
  t.is(await page.locator('meta[http-equiv=refresh]').count(), 0);
});

test('the QR page is read in the other language by a tap, and back', async (t) => {
  const { entId } = await service.seedEnterprise({ login_url: loginUrl });
  const page = await (await withBrowser(t, desktop)).newPage();
  await page.goto(`${service.publicUrl}/wechatTransfer?ent_id=${entId}&target=/chat/7`);
  for (const other of [words.en, words.zh_CN]) {
    // By now it stands under the address of its scan, and is drawn under it, too.
    t.true(page.url().includes('/scans/'), page.url());
    if (other === words.zh_CN) await page.reload();
    await page.locator('a.switch').click();
    await page.getByRole('img', { name: other.scan.waiting.qr }).waitFor();
    t.true((await page.locator('p.copy').textContent())?.includes('target=%2Fchat%2F7'));
  }
});

test('wrong digits are told, a reload keeps the page, and who comes back from the host finds a way on', async (t) => {
  const { entId } = await service.seedEnterprise({ login_url: loginUrl });
  const say = words.zh_CN.scan;
  const page = await (await withBrowser(t, desktop)).newPage();
  await page.goto(`${service.publicUrl}/wechatTransfer?ent_id=${entId}`);
  const qr = (await page.getAttribute('main[data-qr]', 'data-qr')) ?? '';
  await page.reload();
  t.is(await page.getAttribute('main[data-qr]', 'data-qr'), qr);
  const phone = createPhone(service);
  await phone.scan(qr);
  const digits = digitsIn(await phone.decide('allow'));
  await page.getByLabel(say.match.label).fill(digits === '000' ? '001' : '000');
  await page.getByRole('button', { name: say.match.action }).click();
  await page.getByText(say.match.wrong).waitFor();
  await page.getByLabel(say.match.label).fill(digits);
  await page.getByRole('button', { name: say.match.action }).click();
  await page.waitForURL(`${loginUrl}?ticket=*`);
  await page.goto(`${service.publicUrl}/scans/00${'0'.repeat(32)}`);
  t.true(await page.getByRole('link', { name: words.zh_CN.startAgain }).isVisible());
});

test('a computer that was refused is told, and gets a new code by a button', async (t) => {
  const { entId } = await service.seedEnterprise({ login_url: loginUrl });
  const page = await (await withBrowser(t, desktop)).newPage();
  await page.goto(`${service.publicUrl}/wechatTransfer?ent_id=${entId}`);
  const qr = (await page.getAttribute('main[data-qr]', 'data-qr')) ?? '';
  const phone = createPhone(service);
  await phone.scan(qr);
  await phone.decide('deny');
  await page.getByRole('heading', { name: words.zh_CN.scan.denied.title }).waitFor();
  await page.getByRole('link', { name: words.zh_CN.scan.again }).first().click();
  await page.getByRole('img', { name: words.zh_CN.scan.waiting.qr }).waitFor();
  t.not(await page.getAttribute('main[data-qr]', 'data-qr'), qr);
});
