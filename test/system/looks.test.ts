import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { words } from '#ingress/browser/pages/words.ts';
import { sharedService } from './shared-service.ts';

// What a page wears of its enterprise, and in which language it is read.
const service = await sharedService({ workers: 0, env: { LOGO_ADDRESSES: '127.0.0.1' } });
const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(300, 7)]);

const site = createServer((_, response) => response.end(png));
test.before(async () => {
  await once(site.listen(0, '127.0.0.1'), 'listening');
});
test.after.always(() => site.close());
const logoUrl = () => `http://127.0.0.1:${(site.address() as AddressInfo).port}/logo.png`;
const links = (html: string) =>
  [...html.matchAll(/<a class="switch" href="([^"]+)"/g)].map(([, href = '']) =>
    href.replaceAll('&amp;', '&'),
  );

test('a page shows its enterprise’s logo, which we serve ourselves, for good', async (t) => {
  const { entId } = await service.seedEnterprise({ logo_url: logoUrl(), consent_page: true });
  const page = await service.person().visit(`${service.publicUrl}/wechatTransfer?ent_id=${entId}`);
  const [, path = ''] = /<img class="logo" src="([^"]+)" alt=""/.exec(page.text) ?? [];
  t.true(path.startsWith(`/logos/${entId}/`));
  t.false(page.text.includes('monogram"'), 'not the first letter beside it');
  const logo = await fetch(service.publicUrl + path);
  t.is(logo.status, 200);
  t.is(logo.headers.get('content-type'), 'image/png');
  t.is(logo.headers.get('cache-control'), 'public, max-age=31536000, immutable');
  t.is(logo.headers.get('x-content-type-options'), 'nosniff');
  t.deepEqual(Buffer.from(await logo.arrayBuffer()), png);
  for (const other of [path.replace(/.$/, 'z'), `/logos/nobody/${'0'.repeat(32)}`, `/logos/${entId}/`])
    t.is((await fetch(service.publicUrl + other)).status, 404, other);
});

test('a brand’s colour is the page’s, and its policy allows just this style', async (t) => {
  const { entId } = await service.seedEnterprise({ brand_color: '#0052D9', consent_page: true });
  const { text, headers } = await service
    .person()
    .visit(`${service.publicUrl}/wechatTransfer?ent_id=${entId}`);
  const styles = [...text.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, style = '']) => style);
  t.is(styles.length, 2);
  t.regex(styles[1] ?? '', /--button:#0052d9/);
  const policy = String(headers['content-security-policy']);
  for (const style of styles) t.true(policy.includes(createHash('sha256').update(style).digest('base64')));
});

test('a page is read in the other language by a tap, with all that its address says', async (t) => {
  const { entId } = await service.seedEnterprise({
    consent_page: true,
    target_prefixes: ['https://host.example/'],
  });
  const target = 'https://host.example/a?b=c&d="e"';
  const person = service.person();
  const path = `${service.publicUrl}/wechatTransfer?ent_id=${entId}&target=${encodeURIComponent(target)}`;
  const chinese = await person.visit(`${path}&lang=zh_CN`);
  t.true(chinese.text.includes(words.zh_CN.consent.action));
  const [link = ''] = links(chinese.text);
  const query = new URLSearchParams(link);
  t.deepEqual(Object.fromEntries(query), { ent_id: entId, target, lang: 'en' });
  const english = await person.visit(`${service.publicUrl}/wechatTransfer${link}`);
  t.true(english.text.includes(words.en.consent.action));
  t.is(new URLSearchParams(links(english.text)[0]).get('lang'), 'zh_CN');
});

test('the page that waits is read in the other language, too, and nothing of the login changes', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  await person.callback(await person.authorize(await person.start(entId, { lang: 'zh_CN' })));
  const path = `/logins/${person.loginId}`;
  const chinese = await person.visit(path);
  t.deepEqual(links(chinese.text), ['?lang=en']);
  const english = await person.visit(`${path}?lang=en`);
  t.true(english.text.includes(words.en.pending.title));
  t.regex(english.text, /<html lang="en">/);
  t.true((await person.visit(path)).text.includes(words.zh_CN.pending.title));
  t.true((await person.visit(`${path}?lang=fr`)).text.includes(words.zh_CN.pending.title));
});

test('no address with a code in it is made a link', async (t) => {
  const answer = await fetch(
    `${service.publicUrl}/wechat/callback?code=SECRET-CODE&state=0123456789abcdef0123456789abcdef01`,
  );
  const text = await answer.text();
  t.deepEqual(links(text), []);
  t.false(text.includes('SECRET-CODE'));
});

test('what is wrong with a link is told in the name of the link’s own enterprise', async (t) => {
  const [first, second] = [
    await service.seedEnterprise({ name: 'First' }),
    await service.seedEnterprise({ name: 'Second' }),
  ];
  const person = service.person();
  await person.start(first.entId);
  const link = `${service.publicUrl}/wechatTransfer?ent_id=${second.entId}`;
  // Known, since its good link was opened a moment ago.
  await fetch(`${link}&browser=any`, { redirect: 'manual' });
  const { status, text } = await person.visit(`${link}&state=x`);
  t.is(status, 400);
  t.true(text.includes('Second') && !text.includes('First'));
  t.true(text.includes(`href="/wechatTransfer?ent_id=${second.entId}"`));
  const made = await person.visit(`${service.publicUrl}/wechatTransfer?ent_id=a%20b`);
  t.false(made.text.includes('First'), 'a link of nobody wears nobody');
});

test('the other language keeps of an address what a link may say, and nothing else', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  await person.callback(await person.authorize(await person.start(entId, { lang: 'en' })));
  const { text } = await person.visit(`/logins/${person.loginId}?made=up&lang=en`);
  t.deepEqual(links(text), ['?lang=zh_CN']);
});
