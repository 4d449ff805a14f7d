import test from 'ava';
import { everyOperatePage } from '#test/ingress/operate/every-operate-page.ts';
import { withPages } from '#test/ingress/operate/with-pages.ts';
import { adminToken } from '#test/ingress/operator/with-admin-door.ts';
import { shared } from '#test/support/shared.ts';
import { axeViolations } from './axe.ts';
import { signInAt } from './sign-in-at.ts';

const pages = shared(test, withPages);
const sizes = [
  ['a phone', { width: 390, height: 844 }],
  ['a desktop', { width: 1280, height: 800 }],
] as const;

/** An address of each page, with one of a plan, and those that only faults show. */
async function allPaths(): Promise<string[]> {
  const { call } = pages();
  const plan = { ent_id: 'acme', people: '20000', minutes: '30', per_minute: '600' };
  const planned = await call('POST', '/operate/broadcasts', {
    body: String(new URLSearchParams(plan)),
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
  });
  return [
    ...everyOperatePage(pages()).map(([path]) => path),
    planned.headers.get('location') ?? '',
    '/operate/enterprises/nobody',
    '/operate/session',
  ];
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [size, viewport] of sizes) {
    test(`axe finds nothing against WCAG 2.2 AA on any operator’s page (${colorScheme}, ${size})`, async (t) => {
      const { origin } = pages();
      const service = { adminToken, ingresses: [{ adminUrl: origin }] };
      const page = await signInAt(t, service, { viewport, colorScheme });
      for (const [n, path] of (await allPaths()).entries()) {
        const lang = n % 2 === 0 ? 'en' : 'zh_CN';
        await page.goto(`${origin}${path}${path.includes('?') ? '&' : '?'}lang=${lang}`);
        t.deepEqual(await axeViolations(page), [], `${path} ${lang}`);
      }
    });
  }
}

test('axe finds what is wrong', async (t) => {
  const { origin } = pages();
  const page = await signInAt(t, { adminToken, ingresses: [{ adminUrl: origin }] });
  await page.evaluate("document.querySelector('html').removeAttribute('lang')");
  await page.evaluate("document.querySelector('h1').style.color = '#eee'");
  const found = (await axeViolations(page)).join('\n');
  t.regex(found, /html-has-lang/);
  t.regex(found, /color-contrast/);
});
