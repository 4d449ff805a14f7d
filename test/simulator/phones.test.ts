import test from 'ava';
import Koa from 'koa';
import { freePort } from '#dev-stores/free-port.ts';
import { withServer } from '#test/ingress/with-server.ts';
import { withSimulator } from './with-simulator.ts';

const scan = (url: string, form: Record<string, string>) =>
  fetch(`${url}/phone`, { method: 'POST', body: new URLSearchParams(form) });

test('a phone that gets nowhere says why', async (t) => {
  const { url } = await withSimulator(t);
  for (const [form, words] of [
    [{ person: 'lilei', url: `http://127.0.0.1:${await freePort()}/q/x` }, /ECONNREFUSED/],
    [{ person: 'lilei', url: 'tel:110' }, /URL/],
    [{ person: 'lilei', other: '客服', url }, /plain letters/],
    [{ person: 'lilei', action: '/allow', decision: 'allow' }, /has scanned nothing yet/],
  ] as const) {
    const answer = await scan(url, { ...form });
    t.is(answer.status, 200);
    t.regex(await answer.text(), words);
  }
});

test('what a phone shows is markup for its frame alone', async (t) => {
  const { url } = await withSimulator(t);
  const answer = await scan(url, { person: 'lilei', other: 'odd', url });
  t.is(answer.url, `${url}/phone?person=odd`);
  const page = await answer.text();
  t.true(page.includes('srcdoc="&lt;!doctype html&gt;'));
  // Its form is sent by way of the simulator.
  t.true(
    page.includes('&lt;input type=&quot;hidden&quot; name=&quot;action&quot; value=&quot;/phone&quot;&gt;'),
  );
  t.false(page.includes('<b>O'));
});

test('a phone asks for pages in the language of whoever plays it', async (t) => {
  const { url } = await withSimulator(t);
  const app = new Koa();
  app.use((ctx) => {
    ctx.type = 'html';
    ctx.body = `<h1>${ctx.get('accept-language')}</h1>`;
  });
  const form = { person: 'lilei', url: `${await withServer(t, app)}/q` };
  const shownTo = async (headers: Record<string, string>) =>
    (await fetch(`${url}/phone`, { method: 'POST', headers, body: new URLSearchParams(form) })).text();
  t.regex(await shownTo({ 'accept-language': 'en-GB,en;q=0.9' }), /en-GB,en;q=0\.9/);
  t.regex(await shownTo({ 'accept-language': 'zh-TW' }), /zh-TW/);
  const told = await fetch(`${url}/_simulator/scan`, {
    method: 'POST',
    body: JSON.stringify({ ...form, person: 'hanmeimei' }),
  });
  t.regex(((await told.json()) as { html: string }).html, /zh-CN/);
});

test('a link on a phone is followed by that phone', async (t) => {
  const { url } = await withSimulator(t);
  const app = new Koa();
  app.use((ctx) => {
    ctx.type = 'html';
    ctx.body =
      ctx.url === '/in/next?a=1&b=2'
        ? `<h1>to ${ctx.get('x-simulator-person')}</h1>`
        : '<a class="button" href="next?a=1&amp;b=2">on</a>';
  });
  const origin = await withServer(t, app);
  const page = await (await scan(url, { person: 'lilei', url: `${origin}/in/q` })).text();
  // Escaped twice: it stands in the frame's markup.
  const [, link = ''] = /href=&quot;(.*?)&quot;/.exec(page) ?? [];
  const answer = await fetch(url + link.replaceAll('&amp;', '&').replaceAll('&amp;', '&'));
  t.is(answer.url, `${url}/phone?person=lilei`);
  t.true((await answer.text()).includes('&lt;h1&gt;to lilei&lt;/h1&gt;'));
});
