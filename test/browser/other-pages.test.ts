import { readFile } from 'node:fs/promises';
import test, { type ExecutionContext } from 'ava';
import type { BrowserContextOptions } from 'playwright-core';
import QRCode from 'qrcode';
import { words } from '#ingress/browser/pages/words.ts';
import { until } from '#test/support/until.ts';
import { withBrowser } from '#test/support/with-browser.ts';
import { everyPage } from './every-page.ts';
import { complaintsOf } from './open-login.ts';
import { withLoginServer } from './with-login-server.ts';

const say = words.zh_CN;
const contrasts = await readFile(new URL('contrasts.js', import.meta.url), 'utf8');
type Contrast = { text: string; contrast: number };

async function withPage(t: ExecutionContext, options: BrowserContextOptions = {}) {
  const context = await withBrowser(t, options);
  const server = await withLoginServer(t);
  const page = await context.newPage();
  return { ...server, page, complaints: complaintsOf(page) };
}

test('outside WeChat the link is shown as a QR code and as text, and the person may go on anyway', async (t) => {
  const { complaints, page, show } = await withPage(t, { viewport: { width: 1280, height: 800 } });
  const link = 'https://login.example.com/wechatTransfer?ent_id=acme';
  const qrSvg = await QRCode.toString(link, { type: 'svg' });
  await page.goto(
    show((pages, lang) =>
      pages.outsideWeChat({ lang, enterpriseName: 'Acme', link, qrSvg, continueUrl: '/go?browser=any' }),
    ),
  );
  const box = await page.getByRole('img', { name: say.outside.qr }).boundingBox();
  t.true((box?.width ?? 0) >= 180);
  t.true(await page.getByText(link).isVisible());
  await page.getByText(say.outside.action).click();
  await page.waitForURL('**/go?browser=any');
  t.deepEqual(complaints, []);
});

test('a consent page goes nowhere before it is tapped', async (t) => {
  const { elsewhere, page, requests, show } = await withPage(t);
  const authorizeUrl = elsewhere('/connect/oauth2/authorize?state=s#wechat_redirect');
  await page.goto(
    show((pages, lang) =>
      pages.consent({
        lang,
        enterpriseName: 'Acme',
        accountName: 'Care',
        authorizeUrl,
        profile: 'now',
        keepsUnionid: true,
      }),
    ),
  );
  t.is(requests.length, 1);
  t.is(await page.getByRole('link').count(), 1);
  await page.getByText(say.consent.action).click();
  await page.waitForURL(authorizeUrl);
});

test('a confirmation names the enterprise and is sent only by the button', async (t) => {
  const { complaints, page, requests, show } = await withPage(t);
  await page.goto(
    show((pages, lang) => pages.confirm({ lang, enterpriseName: 'Acme', action: '/logins/1/confirm' })),
  );
  t.true((await page.textContent('h1'))?.includes('Acme'));
  await page.getByRole('button').click();
  await page.waitForURL('**/logins/1/confirm');
  t.is(requests.at(-1)?.method, 'POST');
  t.deepEqual(complaints, []);
});

test('a page that cannot get through repeats its own request, without a script', async (t) => {
  const { page, requests, show } = await withPage(t, { javaScriptEnabled: false });
  const url = `${show((pages, lang) => pages.retrying({ lang, retryAfterSeconds: 2 }))}?code=c0de&state=s`;
  const answer = await page.goto(url);
  t.false((await answer?.text())?.includes('c0de'));
  await page.getByText(say.retrying.text).waitFor();
  show(() => '<h1>recorded</h1>');
  await page.getByText('recorded').waitFor();
  t.true(requests.length >= 2);
  t.true(requests.every((request) => request.url === '/page?code=c0de&state=s'));
});

test('a place in line is asked for again', async (t) => {
  const { page, show } = await withPage(t, { javaScriptEnabled: false });
  const hold = (place: number) =>
    show((pages, lang) =>
      pages.hold({ lang, enterpriseName: 'Acme', place, waitSeconds: place / 10, retryAfterSeconds: 1 }),
    );
  await page.goto(hold(2400));
  await page.getByText('2,400').waitFor();
  hold(700);
  await page.getByText('700').waitFor();
  t.pass();
});

for (const [size, viewport] of [
  ['a small phone', { width: 320, height: 568 }],
  ['a phone held sideways', { width: 844, height: 390 }],
  ['a desktop', { width: 1280, height: 800 }],
] as const) {
  test(`every page fits ${size}, in both languages, with a long name`, async (t) => {
    const { complaints, page, show } = await withPage(t, { viewport });
    for (const [what, render] of everyPage()) {
      for (const lang of ['zh_CN', 'en'] as const) {
        await page.goto(show((pages) => render(pages, lang)));
        t.false(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), `${what} ${lang}`);
        for (const button of await page.locator('.button:visible').all()) {
          const height = (await button.boundingBox())?.height ?? 0;
          t.true(height >= 44, `${what} ${lang}: ${height} px`);
        }
      }
    }
    t.deepEqual(complaints, []);
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every text stands out from its ground in the ${colorScheme}`, async (t) => {
    const { page, show } = await withPage(t, { colorScheme });
    for (const [what, render] of everyPage()) {
      await page.goto(show((pages) => render(pages, 'en')));
      for (const { text, contrast } of await page.evaluate<Contrast[]>(contrasts)) {
        t.true(contrast >= 4.5, `${what}: ${text} ${contrast.toFixed(2)}`);
      }
    }
  });
}

test('nothing moves for people who asked for less motion', async (t) => {
  const { page, show } = await withPage(t, { reducedMotion: 'reduce' });
  await page.goto(show((pages, lang) => pages.retrying({ lang, retryAfterSeconds: 60 })));
  t.is(await page.evaluate('document.getAnimations().length'), 0);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await until(() => page.evaluate('document.getAnimations().length === 1'));
});
