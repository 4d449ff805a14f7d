import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { thisCheckout } from '#bench/subjects/checkout.ts';
import { brandStyleOf } from '#ingress/browser/pages/brand-style.ts';
import { createQrCodes } from '#ingress/browser/pages/qr-code.ts';
import { keepPicture } from '#test/support/keep-picture.ts';
import { withBrowser } from '#test/support/with-browser.ts';
import { everyPage } from './every-page.ts';
import { withLoginServer } from './with-login-server.ts';

// docs/pages.md shows what people see; a page that is new has to be looked at once, too.
const languages = { zh_CN: 'zh-CN', en: 'en' } as const;
const fileOf = (what: string, lang: string) =>
  `page-${what.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.${lang}`;
/** What a picture shows is what people see on most days. */
const usual = {
  zh_CN: { nickname: '林小雨', accountName: '青禾保险', clientName: '青禾报表' },
  en: { nickname: 'Mia Chen', accountName: 'Qinghe', clientName: 'Qinghe Reports' },
};
const link = 'https://login.example.com/wechatTransfer?ent_id=qinghe';
const brand = brandStyleOf('#0052d9');
const qrCode = createQrCodes({ perSecond: 10, maskPattern: 3 });

async function pagesIn(lang: keyof typeof languages) {
  const look = {
    enterpriseName: { zh_CN: '青禾保险', en: 'Qinghe' }[lang],
    switchUrl: '?lang=en',
    brandStyle: brand.style,
  };
  const shown = { ...usual[lang], link };
  return everyPage(look, await qrCode(`https://login.example.com/q/${'0'.repeat(22)}`), shown);
}

for (const [lang, name] of Object.entries(languages) as [keyof typeof languages, string][]) {
  const guide = name === 'en' ? 'docs/pages.md' : 'docs/pages.zh-CN.md';

  test(`${guide} shows every page`, async (t) => {
    const text = readFileSync(path.join(thisCheckout, guide), 'utf8');
    for (const [what] of await pagesIn(lang)) {
      const file = `images/${fileOf(what, name)}.png`;
      t.true(text.includes(`src="${file}"`), file);
      t.true(existsSync(path.join(thisCheckout, 'docs', file)), file);
    }
  });

  test(`every page is drawn without a complaint (${name})`, async (t) => {
    const context = await withBrowser(t, { locale: name, deviceScaleFactor: 1 });
    const { show } = await withLoginServer(t, { styleSource: brand.source });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    for (const [what, render] of await pagesIn(lang)) {
      const isDesktops = what.startsWith('scan,');
      await page.setViewportSize(isDesktops ? { width: 900, height: 560 } : { width: 360, height: 640 });
      await page.goto(show((pages) => render(pages, lang)));
      await page.locator('h1:visible').first().waitFor();
      await keepPicture(page, fileOf(what, name), { fullPage: true });
    }
    t.deepEqual(complaints, []);
  });
}
