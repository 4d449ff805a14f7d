import test, { type ExecutionContext } from 'ava';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { brandStyleOf } from '#ingress/browser/pages/brand-style.ts';
import { withBrowser } from '#test/support/with-browser.ts';
import { axeViolations } from './axe.ts';
import { everyPage } from './every-page.ts';
import { withLoginServer } from './with-login-server.ts';

/** A colour that neither black nor white stands out from by much, and on no card. */
const brand = brandStyleOf('#FFC300');
const look = {
  enterpriseName: '极速在线客服 Acme',
  switchUrl: '?ent_id=acme&lang=en',
  logoPath: '/logos/acme/0',
  brandStyle: brand.style,
};

async function withPages(t: ExecutionContext, options: BrowserContextOptions = {}) {
  const context = await withBrowser(t, options);
  const server = await withLoginServer(t, { styleSource: brand.source });
  return { ...server, page: await context.newPage() };
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [size, viewport] of [
    ['a small phone, or a page at 200 %', { width: 320, height: 640 }],
    ['a desktop', { width: 1280, height: 800 }],
  ] as const) {
    test(`axe finds nothing against WCAG 2.2 AA on any page (${colorScheme}, ${size})`, async (t) => {
      const { page, show } = await withPages(t, { colorScheme, viewport });
      for (const [n, [what, render]] of everyPage(look).entries()) {
        const lang = n % 2 === 0 ? 'en' : 'zh_CN';
        await page.goto(show((pages) => render(pages, lang)));
        t.deepEqual(await axeViolations(page), [], `${what} ${lang}`);
      }
    });
  }
}

/** What has the focus, and whether that can be seen. */
const focused = `(() => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return { tag: element.tagName, text: element.textContent.trim() || element.name, isSeen: outlineStyle !== 'none' && outlineWidth !== '0px' };
})()`;
type Focused = { tag: string; text: string; isSeen: boolean };

/** Everything on a page that the Tab key comes to, in its order. */
async function walk(page: Page): Promise<Focused[]> {
  const met: Focused[] = [];
  for (;;) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate<Focused>(focused);
    if (at.tag === 'BODY' || met.some(({ tag, text }) => tag === at.tag && text === at.text)) return met;
    met.push(at);
  }
}

test('all that can be tapped on a page the Tab key comes to, and it is seen where that is', async (t) => {
  const { page, show } = await withPages(t);
  for (const [what, render] of everyPage(look)) {
    await page.goto(show((pages) => render(pages, 'en')));
    const wanted = await page.locator('a[href]:visible, button:visible, input:visible').count();
    const met = await walk(page);
    t.is(met.length, wanted, what);
    t.deepEqual(
      met.filter(({ isSeen }) => !isSeen),
      [],
      what,
    );
  }
});

test('digits are typed and sent without a mouse', async (t) => {
  const { page, requests, show } = await withPages(t);
  const match = everyPage(look).find(([what]) => what === 'scan, match')?.[1];
  if (match === undefined) throw new Error('there is no such page');
  await page.goto(show((pages) => match(pages, 'en')));
  await page.getByRole('textbox').focus();
  await page.keyboard.type('123');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/match');
  t.like(requests.at(-1), { method: 'POST', body: 'digits=123' });
});
