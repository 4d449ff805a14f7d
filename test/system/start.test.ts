import test from 'ava';
import QRCode from 'qrcode';
import { sharedService } from './shared-service.ts';

const service = await sharedService({ workers: 0 });
const { publicUrl, simulator } = service;
const setCookies = (headers: Record<string, unknown>) => [headers['set-cookie'] ?? []].flat().map(String);

test('a start leads to WeChat’s authorize page, its parameters in the documented order', async (t) => {
  const { entId, appid } = await service.seedEnterprise();
  const answer = await service.person().visit(`/wechatTransfer?ent_id=${entId}`);
  t.is(answer.status, 302);
  const [, state = ''] = /[?&]state=([^#]*)/.exec(answer.location) ?? [];
  t.is(
    answer.location,
    `${simulator.url}/connect/oauth2/authorize?appid=${appid}` +
      `&redirect_uri=${encodeURIComponent(`${publicUrl}/wechat/callback`)}` +
      `&response_type=code&scope=snsapi_userinfo&state=${state}#wechat_redirect`,
  );
  t.regex(state, /^[0-9A-Za-z]{22,128}$/);
});

test('every start has a state of its own, of 128 random bits at least', async (t) => {
  const { entId } = await service.seedEnterprise();
  const urls = await Promise.all(Array.from({ length: 50 }, () => service.person().start(entId)));
  const states = urls.map((url) => new URL(url).searchParams.get('state') ?? '');
  t.is(new Set(states).size, 50);
  // Characters that differ between any two states, times the bits that the alphabet gives each.
  const varying = [...(states[0] ?? '')].filter((first, at) => states.some((state) => state[at] !== first));
  const bits = states.every((state) => /^[0-9a-f]+$/.test(state)) ? 4 : Math.log2(62);
  t.true(varying.length * bits >= 128);
});

test('over http the cookie is HttpOnly and Lax', async (t) => {
  const { entId } = await service.seedEnterprise();
  const { headers } = await service.person().visit(`/wechatTransfer?ent_id=${entId}`);
  const cookies = setCookies(headers);
  t.true(cookies.length > 0);
  for (const cookie of cookies) {
    t.regex(cookie, /; ?HttpOnly/i);
    t.regex(cookie, /; ?SameSite=Lax/i);
    t.regex(cookie, /; ?Path=\/(;|$)/i);
    t.notRegex(cookie, /__Host-|; ?(Secure|Domain)/i);
  }
  t.is(headers['cache-control'], 'no-store');
});

test('over https the cookie is __Host- and Secure, and the browser is told to stay on https', async (t) => {
  const { entId } = await service.seedEnterprise();
  const { url } = await service.startIngress({ PUBLIC_URL: 'https://login.example' });
  const answer = await service.person({ ingressUrl: url }).visit(`/wechatTransfer?ent_id=${entId}`);
  t.regex(answer.location, /&redirect_uri=https%3A%2F%2Flogin\.example%2Fwechat%2Fcallback&/);
  t.regex(String(answer.headers['strict-transport-security']), /max-age=\d{7,}/);
  for (const cookie of setCookies(answer.headers)) {
    t.regex(cookie, /^__Host-/);
    t.regex(cookie, /; ?Secure/i);
    t.regex(cookie, /; ?HttpOnly/i);
    t.regex(cookie, /; ?Path=\/(;|$)/i);
    t.notRegex(cookie, /; ?Domain/i);
  }
});

test('a browser keeps its cookie over several starts, so that none of its logins is lost', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person();
  await person.start(entId);
  const first = person.loginId;
  await person.start(entId);
  t.not(person.loginId, first);
  t.is((await person.readStatus({ id: first })).status, 200);
});

test('a target within the allowed prefixes is taken', async (t) => {
  const { entId } = await service.seedEnterprise({ target_prefixes: ['/chat/', 'https://kf.example/'] });
  for (const target of ['/chat/7?a=b&c=d', 'https://kf.example/x']) {
    const query = new URLSearchParams({ ent_id: entId, target });
    t.is((await service.person().visit(`/wechatTransfer?${query}`)).status, 302, target);
  }
});

test('on a phone outside WeChat a page shows this very link to copy and to scan, and a button that goes on anyway', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person({ userAgent: 'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Firefox/140.0' });
  const link = `/wechatTransfer?ent_id=${entId}&lang=en`;
  const page = await person.visit(link);
  t.is(page.status, 200);
  t.true(page.text.includes(await QRCode.toString(publicUrl + link, { type: 'svg', margin: 1 })));
  t.true(page.text.indexOf('id="copy"') < page.text.indexOf('class="qr"'));
  const [, button = ''] = /href="([^"]*browser=any)"/.exec(page.text) ?? [];
  t.is((await person.visit(button.replaceAll('&amp;', '&'))).status, 302);
});

test('WeChat is known by its user agent however that is spelled', async (t) => {
  const { entId } = await service.seedEnterprise();
  const person = service.person({ userAgent: 'x micromessenger/8.0' });
  t.is((await person.visit(`/wechatTransfer?ent_id=${entId}`)).status, 302);
});

test('where the enterprise asks for it, a page with one button stands before WeChat’s', async (t) => {
  const { entId } = await service.seedEnterprise({ consent_page: true, name: 'Acme 客服' });
  const person = service.person();
  const page = await person.visit(`/wechatTransfer?ent_id=${entId}`);
  t.is(page.status, 200);
  t.true(page.text.includes('Acme 客服'));
  const buttons = [...page.text.matchAll(/href="([^"]*connect\/oauth2\/authorize[^"]*)"/g)];
  t.is(buttons.length, 1);
  const authorizeUrl = buttons[0]?.[1]?.replaceAll('&amp;', '&') ?? '';
  t.regex(authorizeUrl, /&state=[0-9A-Za-z]+#wechat_redirect$/);
  t.is((await person.callback(await person.authorize(authorizeUrl))).status, 303);
});

test('base-first asks for snsapi_base', async (t) => {
  const { entId } = await service.seedEnterprise({ scope: 'base-first' });
  t.regex(await service.person().start(entId), /&scope=snsapi_base&/);
});
