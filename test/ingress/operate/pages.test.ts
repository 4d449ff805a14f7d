import { randomUUID } from 'node:crypto';
import test from 'ava';
import { conditionNames } from '#ingress/operate/conditions.ts';
import { deedsOfErrcode } from '#ingress/operate/words/errcode-words.ts';
import { mayDo } from '#operations/operator-roles.ts';
import { withAdminDoor } from '#test/ingress/operator/with-admin-door.ts';
import { shared } from '#test/support/shared.ts';
import { until } from '#test/support/until.ts';
import { everyOperatePage } from './every-operate-page.ts';
import { withPages } from './with-pages.ts';

const pages = shared(test, withPages);

const all = () => everyOperatePage(pages());

/** The numbers of the funnel on the first screen, from the first step on. */
function funnelOn(text: string): { readonly html: string; readonly numbers: readonly number[] } {
  const html = /<ol class="funnel">([\s\S]*?)<\/ol>/.exec(text)?.[1] ?? '';
  return { html, numbers: Array.from(html.matchAll(/<strong>(\d+)<\/strong>/g), ([, n]) => Number(n)) };
}

for (const lang of ['en', 'zh-CN'] as const) {
  test(`every page is there in ${lang}, with headings, heads of columns and labels, and without what is nobody’s`, async (t) => {
    const { signedIn, secrets } = pages();
    const { visit } = await signedIn('root', { lang });
    for (const [path] of all()) {
      const { status, text, headers } = await visit(path);
      t.is(status, 200, path);
      t.regex(text, new RegExp(`<html lang="${lang}">`), path);
      t.is(text.match(/<h1>/g)?.length, 1, path);
      t.notRegex(text, /undefined|\[object|NaN|Invalid/, path);
      t.deepEqual(text.match(/<th(?![^>]*scope=)[ >]/g), null, path);
      for (const [, id] of text.matchAll(/<(?:input|select) id="(\w+)"/g))
        t.true(text.includes(`<label for="${id}">`), `${path} ${id}`);
      t.is(headers.get('cache-control'), 'no-store', path);
      t.notRegex(text, /style=|<script>|onclick/, path);
      for (const secret of secrets) t.false(text.includes(secret), `${path} ${secret}`);
      // Names are data, wherever they come from.
      t.false(text.includes('Söhne <b>'), path);
    }
  });
}

for (const role of ['viewer', 'support', 'operator'] as const) {
  test(`${role} sees the pages of the role, and a page that says so for the others`, async (t) => {
    const { visit } = await pages().signedIn(role);
    const { text: first } = await visit('/operate');
    for (const [path, needs] of all()) {
      const { status, text } = await visit(path);
      const section = path.split('?', 1)[0] ?? '';
      t.is(status, mayDo(role, needs) ? 200 : 403, path);
      if (!mayDo(role, needs)) t.regex(text, new RegExp(`needs the role\\s+${needs}`), path);
      if (/^\/operate\/\w+$/.test(section))
        t.is(first.includes(`<a href="${section}"`), mayDo(role, needs), `${section} among the sections`);
    }
  });
}

test('the first screen names who, what, since when, how many and what to do', async (t) => {
  const { visit } = await pages().signedIn('viewer');
  const { text } = await visit('/operate');
  t.regex(text, /AppSecret is wrong or was reset \(40125\)/);
  t.regex(text, /Enter the new AppSecret of the account/);
  t.regex(text, /href="\/operate\/accounts\/wx1">Care</);
  t.regex(text, /href="\/operate\/enterprises\/acme">Acme &amp; Söhne/);
  // A viewer reads; he takes care of nothing.
  t.notRegex(text, /acknowledge/);
});

test('an incident that a test of the secret can tell more of has a button for it, for who may press it', async (t) => {
  const { signedIn } = pages();
  const button =
    /<form method="post" action="\/operate\/accounts\/wx1\/test"><button[^>]*>Test the AppSecret</;
  const incidentsOf = async (role: 'viewer' | 'operator') =>
    (await (await signedIn(role)).visit('/operate/incidents')).text;
  t.regex(await incidentsOf('operator'), button);
  t.notRegex(await incidentsOf('viewer'), button);
});

test('an incident leads to the forms that its errcode asks for', (t) => {
  t.deepEqual(deedsOfErrcode('40125'), ['secret', 'test']);
  for (const cause of ['40013', '41002', '40164', '40243'])
    t.deepEqual(deedsOfErrcode(cause), ['test'], cause);
  t.deepEqual(deedsOfErrcode('unsealable'), ['secret']);
  for (const cause of ['45011', '-1', 'timeout', '12345']) t.deepEqual(deedsOfErrcode(cause), [], cause);
});

test('the chart draws what fails on top of the rest', async (t) => {
  const { text } = await (await pages().signedIn('viewer')).visit('/operate');
  const [, series = ''] = /data-series="([^"]+)"/.exec(text) ?? [];
  const { lines } = JSON.parse(series.replaceAll('&quot;', '"')) as { lines: { label: string }[] };
  t.deepEqual(
    lines.map(({ label }) => label),
    ['sent', 'got in', 'failed or asked again'],
  );
});

test('nothing is told twice: who is signed in, and how an account stands', async (t) => {
  const root = await (await pages().signedIn('root')).visit('/operate/accounts/wx1');
  t.regex(root.text, /<span class="who">root<\/span>/);
  t.is(root.text.match(/How it stands/g)?.length, 1);
  const { visit, name } = await pages().signedIn('viewer');
  t.true((await visit('/operate')).text.includes(`<span class="who">${name} · viewer</span>`));
});

test('the funnel tells what is lost at each arrow, and the tables who fails most', async (t) => {
  const { visit } = await pages().signedIn('viewer');
  const { text } = await visit('/operate');
  const { html, numbers } = funnelOn(text);
  t.deepEqual(numbers, [9, 9, 6, 6, 3, 3, 3, 2]);
  t.regex(html, /−3 \(33.3%\) lost/);
  const rows = /<table id="enterprises-table">([\s\S]*?)<\/table>/.exec(text)?.[1] ?? '';
  t.true(rows.indexOf('enterprises/acme') < rows.indexOf('enterprises/other'));
});

test('who is asked again is told as that, and is no share of those who came back', async (t) => {
  const { signedIn, minutes } = await withPages(t);
  const counted = { back: 100, ready: 100, 'failed:internal': 1, 'again:invalid': 120, 'again:profile': 9 };
  await minutes.add({
    name: randomUUID(),
    counts: new Map(Object.entries(counted).map(([step, n]) => [`other|wx1|${step}`, n])),
    firsts: new Map(),
  });
  const { visit } = await signedIn('viewer');
  const { text } = await visit('/operate');
  const [row = ''] =
    /<tr><th scope="row"><a href="\/operate\/enterprises\/other[\s\S]*?<\/tr>/.exec(text) ?? [];
  const cells = Array.from(row.matchAll(/<td[^>]*>(.*?)<\/td>/g), ([, cell = '']) =>
    cell.replaceAll(/<[^>]+>/g, ''),
  );
  // Failed, asked again, sent, back, in.
  t.deepEqual(cells.slice(0, 5), ['1 1%', '120', '1', '100', '100']);
  t.regex(text, /Times asked again/);
});

test('with nothing the matter it says so, and since when', async (t) => {
  const { signedIn, incidents, openIncident } = await withPages(t);
  await openIncident();
  const { visit } = await signedIn('viewer');
  // Absent for long enough to be over.
  await incidents.keep([], Date.now() + 60_000);
  t.regex((await visit('/operate')).text, /All good since <time datetime="20/);
  const { text } = await visit('/operate/incidents');
  t.regex(text, /All good/);
  t.is(text.match(/<li class="over">/g)?.length, 2);
});

test('a page without news is a 304, and another in another language', async (t) => {
  const { visit } = await (await withPages(t)).signedIn('viewer');
  // A minute may end between the two.
  let status = 0;
  let etag = '';
  for (let tries = 0; tries < 3 && status !== 304; tries += 1) {
    etag = (await visit('/operate')).headers.get('etag') ?? '';
    ({ status } = await visit('/operate', undefined, { 'if-none-match': etag }));
  }
  t.is(status, 304);
  const other = await visit('/operate', undefined, { 'if-none-match': etag, 'accept-language': 'zh' });
  t.is(other.status, 200);
});

test('a page with news is no 304', async (t) => {
  const { signedIn, minutes } = await withPages(t);
  const { visit } = await signedIn('viewer');
  const minuteOf = (text: string) => /id="updated" datetime="([^"]{16})/.exec(text)?.[1];
  // A page is another one in the next minute anyway: where it ends meanwhile, there are news once more.
  const [before, after] = await until(async () => {
    const old = await visit('/operate');
    const [, sent = 0] = funnelOn(old.text).numbers;
    await minutes.add({ name: randomUUID(), counts: new Map([['other|wx1|sent', 1]]), firsts: new Map() });
    const known = { 'if-none-match': old.headers.get('etag') ?? '' };
    const page = await until(async () => {
      const asked = await visit('/operate', undefined, known);
      return asked.status === 200 && funnelOn(asked.text).numbers[1] === sent + 1 && asked;
    });
    return minuteOf(page.text) === minuteOf(old.text) && ([old, page] as const);
  });
  t.not(after.headers.get('etag'), before.headers.get('etag'));
});

test('the switch of the language stays, and leads back to the same page', async (t) => {
  const { visit } = await pages().signedIn('viewer', { lang: 'en' });
  const { text } = await visit('/operate?window=24h');
  t.regex(text, /href="\/operate\?window=24h&amp;lang=zh_CN" lang="zh-CN"/);
  t.regex((await visit('/operate?window=24h&lang=zh_CN')).text, /<html lang="zh-CN">/);
  t.regex((await visit('/operate/accounts')).text, /<html lang="zh-CN">/);
  t.regex((await visit('/operate/session')).text, /<html lang="zh-CN">/);
});

test('lists come by the hundred, and by how an id begins', async (t) => {
  const { signedIn, enterprises } = pages();
  const form = { appid: 'wx1', name: 'Many', loginUrl: 'https://host.example/', apiKeyDigest: 'x' };
  const rest = {
    unbound: 'create',
    scope: 'snsapi_userinfo',
    consentPage: false,
    targetPrefixes: [],
  } as const;
  const ids = Array.from({ length: 150 }, (_, n) => `many-${String(n).padStart(3, '0')}`);
  await enterprises.create(ids.map((entId) => ({ ...form, ...rest, entId })));
  const { visit } = await signedIn('viewer');
  const first = await visit('/operate/enterprises?q=many-');
  t.is(first.text.match(/<th scope="row">/g)?.length, 100);
  const next = /rel="next" href="([^"]+)"/.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const second = await visit(next);
  t.is(second.text.match(/<th scope="row">/g)?.length, 50);
  t.regex(second.text, /many-149/);
  t.notRegex(second.text, /rel="next"/);
  t.is((await visit('/operate/enterprises?q=many-14')).text.match(/<th scope="row">/g)?.length, 10);
  t.regex((await visit('/operate/accounts?q=wy')).text, /There is none/);
  t.regex((await visit('/operate/enterprises?q=%24ne')).text, /There is none/);
  for (const q of ['q=a&q=b', 'q=%00']) t.is((await visit(`/operate/enterprises?${q}`)).status, 400, q);
});

test('an enterprise’s page has its settings, its errcodes and who failed', async (t) => {
  const { visit } = await pages().signedIn('support');
  const { text } = await visit('/operate/enterprises/acme');
  t.regex(text, /<code>login_url<\/code><\/dt><dd>https:\/\/host.example\/login</);
  t.regex(text, /40125 \(code → token\)<\/th><td class="n">3<\/td><td>The AppSecret is wrong/);
  t.regex(text, /href="\/operate\/logins\/2234-5678-90">2234-5678-90</);
  t.regex(text, /WeChat: code → token<\/th><td class="n">76 ms/);
  const account = await visit('/operate/accounts/wx1');
  t.regex(account.text, /href="\/operate\/enterprises\/acme">Acme/);
  // Whoever may not look at people gets no link to one.
  const { text: forViewer } = await (await pages().signedIn('viewer')).visit('/operate/enterprises/acme');
  t.regex(forViewer, /<td>2234-5678-90<\/td>/);
});

test('what is not there is a page for a person, and JSON for a program', async (t) => {
  const { signedIn, call } = pages();
  const { visit } = await signedIn('root');
  for (const path of [
    '/operate/enterprises/nobody',
    '/operate/accounts/nobody',
    '/operate/logins/0000-0000-00',
  ]) {
    const { status, text } = await visit(path);
    t.is(status, 404);
    t.regex(text, /There is nothing of this name/);
    t.like((await call('GET', path)).json, { error: 'not_found' });
  }
  t.is((await visit('/operate?window=1h')).status, 400);
});

test('the tables are sorted by the column that is asked for, and lead to the same page in that order', async (t) => {
  const { visit } = await pages().signedIn('viewer');
  const order = (text: string) => {
    const rows = /<table id="enterprises-table">([\s\S]*?)<\/table>/.exec(text)?.[1] ?? '';
    return Array.from(rows.matchAll(/enterprises\/(acme|other)"/g), ([, id]) => id);
  };
  const { text } = await visit('/operate?window=15m&sort=name');
  t.deepEqual(order(text), ['acme', 'other']);
  t.regex(text, /aria-sort="ascending"><a href="\/operate\?window=15m&amp;sort=name#enterprises"/);
  t.deepEqual(order((await visit('/operate?sort=sent')).text), ['acme', 'other']);
  t.regex(text, /href="\/operate\?window=24h&amp;sort=name"/, 'another time keeps the order');
  t.is((await visit('/operate?sort=secret')).status, 400);
});

test('an incident leads to its part of the runbook, which is a page of the product', async (t) => {
  const { visit } = await pages().signedIn('viewer');
  t.regex((await visit('/operate')).text, /href="\/operate\/runbook#wechat-call-fails">Runbook</);
  for (const lang of ['en', 'zh_CN']) {
    const { text } = await visit(`/operate/runbook?lang=${lang}`);
    for (const name of conditionNames) t.true(text.includes(`<h3 id="${name}">`), name);
    t.notRegex(text, /href="[^"#]*\.md/);
  }
  await visit('/operate?lang=en');
});

test('what an account was asked for in the last minute stands beside what it takes', async (t) => {
  const { signedIn, minutes } = await withPages(t);
  const { visit } = await signedIn('viewer');
  // The counts are of this minute: it is over in the next.
  t.regex((await visit('/operate')).text, /WeChat: 50,000 calls a minute/);
  t.true(minutes.minuteMs === 60_000);
  const { text } = await visit('/operate');
  t.regex(text, /Takes a minute/);
  t.regex(text, /<td class="n">45,000<\/td>/);
});

test('live numbers are told of any account that there can be', async (t) => {
  const { call } = await withAdminDoor(t);
  t.is((await call('PUT', '/v1/accounts/wx-dash_1', { json: { secret: 's', name: 'Dash' } })).status, 201);
  await until(async () => (await call('GET', '/operate/live?appid=wx-dash_1')).status === 200);
  t.is((await call('GET', '/operate/live?appid=wx%20space')).status, 400);
});

test('a process whose stores have told it nothing does not say that all is good', async (t) => {
  const { call, mongoProxy } = await withAdminDoor(t, { deadlineMs: 4_000 });
  mongoProxy.hang();
  const { status, text } = await call('GET', '/operate', { headers: { accept: 'text/html' } });
  t.is(status, 200);
  t.regex(text, /nothing is known/);
  t.regex(text, /not known now/);
  t.notRegex(text, /All good/);
  const live = await call('GET', '/operate/live');
  t.is(live.json.is_unknown, true);
  t.false('good_since' in live.json);
});

test('all that the first screen loads is less than 80 KB when it is full, and nothing of it is another site’s', async (t) => {
  const { signedIn, minutes, openIncident } = await withPages(t);
  const full = Array.from({ length: 60 }, (_, n) =>
    ['opened', 'sent', 'back', 'ready', 'told', 'redeemed', 'failed:misconfigured', 'd:total:28'].map(
      (step) => [`enterprise-${n}|wx-account-${n}|${step}`, 10_000 + n] as const,
    ),
  );
  await minutes.add({ name: 'full', counts: new Map(full.flat()), firsts: new Map() });
  for (let n = 0; n < 10; n += 1) await openIncident(`wx-account-${n}`, [`enterprise-${n}`, 'acme']);
  const { visit } = await signedIn('root');
  const first = await visit('/operate');
  let bytes = Buffer.byteLength(first.text);
  const files = Array.from(
    first.text.matchAll(/(?:src|href)="(\/operate\/assets\/[^"]+)"/g),
    ([, file]) => file,
  );
  t.is(files.length, 5);
  for (const file of files) {
    const { status, headers } = await visit(file ?? '', undefined, { 'accept-encoding': 'gzip' });
    t.is(status, 200);
    bytes += Number(headers.get('content-length'));
  }
  t.true(first.text.includes('enterprise-40'), 'it is full');
  t.true(bytes < 80_000, `${bytes} bytes`);
  t.log(`${bytes} bytes`);
  t.notRegex(first.text, /(src|href|action)="https?:/);
  t.notRegex((await visit('/operate/accounts')).text, /uplot/);
});
