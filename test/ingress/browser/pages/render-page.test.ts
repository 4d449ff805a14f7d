import { createHash } from 'node:crypto';
import test from 'ava';
import { holdReasons } from '#ingress/admission/hold-reason.ts';
import type { LoginView } from '#ingress/browser/login-view.ts';
import { brandStyleOf } from '#ingress/browser/pages/brand-style.ts';
import type { Language } from '#ingress/browser/pages/language.ts';
import { createQrCodes } from '#ingress/browser/pages/qr-code.ts';
import { createPages, type StartAgainCause } from '#ingress/browser/pages/render-page.ts';
import { words } from '#ingress/browser/pages/words.ts';
import { failureReasons } from '#models/login/status.ts';
import { everyPage as everyNamedPage } from '#test/browser/every-page.ts';

const pages = createPages();
const qrCode = createQrCodes({ perSecond: 10, maskPattern: 3 });
const languages = ['zh_CN', 'en'] as const satisfies Language[];
const causes: StartAgainCause[] = ['unknown-login', 'expired', 'refused', 'too-many-codes', 'cookies-off'];
const location = 'https://host.example/login?ticket=t&ent_id=e';

const views: LoginView[] = [
  { status: 'pending' },
  { status: 'pending', retry_after_ms: 500 },
  { status: 'ready', location },
  { status: 'bind', location },
  { status: 'reauthorize', location },
  { status: 'reauthorize', location, retry_after_ms: 1500 },
  { status: 'snapshot' },
  ...failureReasons.map((reason) => ({ status: 'failed', reason }) as const),
];

function waiting(options: { lang?: Language; name?: string; view?: LoginView; waitedMs?: number } = {}) {
  return pages.waiting({
    lang: options.lang ?? 'en',
    enterpriseName: options.name ?? 'Acme Customer Care',
    view: options.view ?? { status: 'pending' },
    waitedMs: options.waitedMs ?? 1200,
    statusUrl: `/logins/${createHash('md5').update('a login').digest('hex')}00/status`,
    supportCode: '3F2A-90BC-11',
    startUrl: '/wechatTransfer?ent_id=acme&lang=en',
  });
}

/** Every page there is, each filled with `text` wherever a text can come from somebody else. */
function everyPage(lang: Language, text: string): string[] {
  const named = { lang, enterpriseName: text };
  const url = `/x?y=${text}`;
  return [
    ...views.map((view) =>
      waiting({ lang, name: text, view: { ...view, ...(view.location && { location: url }) } }),
    ),
    pages.outsideWeChat({ ...named, link: url, qrSvg: '<svg></svg>', continueUrl: url }),
    pages.consent({ ...named, accountName: text, authorizeUrl: url, profile: 'now', keepsUnionid: true }),
    pages.consent({ ...named, accountName: text, authorizeUrl: url, profile: 'later', keepsUnionid: false }),
    pages.confirm({ ...named, action: url }),
    ...causes.map((cause) => pages.startAgain({ ...named, startUrl: url, cause })),
    ...causes.map((cause) => pages.startAgain({ lang, cause })),
    pages.retrying({ lang, retryAfterSeconds: 3 }),
    pages.hold({ ...named, place: 1200, waitSeconds: 40, retryAfterSeconds: 5 }),
    pages.hold({ ...named, sentence: text, place: 1200, waitSeconds: 400, retryAfterSeconds: 5 }),
    ...[400, 403, 404, 405, 413, 414, 429, 431, 500, 503].map((status) =>
      pages.problem({ lang, status, code: text }),
    ),
  ];
}

/** Without what is the same on every page. */
const markupOf = (page: string) => page.replace(/<(style|script)>[\s\S]*?<\/\1>/g, '');
/** Tags with the names of their attributes, without the values. */
const skeleton = (html: string) => html.replace(/="[^"]*"/g, '').match(/<[^>]*>/g);
const shown = (html: string) =>
  [...html.matchAll(/<section data-shows="(\w+)"( hidden)?>/g)].flatMap(([, name, hidden]) =>
    hidden ? [] : [name],
  );

test('a hostile name changes no tag of any page', (t) => {
  const hostile = `" onclick="x"><img src=x onerror=alert(1)></title><script>'\`<%= 1 %>&lt;\u202e`;
  const harmless = 'Acme';
  for (const lang of languages) {
    const harmed = everyPage(lang, hostile);
    for (const [index, page] of everyPage(lang, harmless).entries()) {
      t.deepEqual(skeleton(harmed[index] ?? ''), skeleton(page));
    }
  }
});

test('a name that turns the direction of writing turns only itself', (t) => {
  t.true(waiting({ name: '\u202emoc.live' }).includes('\u2068\u202emoc.live\u2069</span>'));
});

test('an enterprise without a name leaves no empty frame', (t) => {
  t.false(waiting({ name: '' }).includes('<header>'));
});

test('no page has a hole where a text belongs', (t) => {
  for (const lang of languages) {
    for (const page of everyPage(lang, 'Acme')) {
      t.notRegex(markupOf(page), /undefined|\[object|NaN|<(h1|p|title|strong|dt|dd)><\/|<%/);
    }
  }
});

test('no page needs more than its content security policy allows', (t) => {
  const allowed = new Set([...pages.policy.style, ...pages.policy.script]);
  const named = new Set<string>();
  const drawn = languages.flatMap((lang) => [
    ...everyPage(lang, 'Acme'),
    ...everyNamedPage().map(([, render]) => render(pages, lang)),
  ]);
  for (const page of drawn) {
    for (const [, content = ''] of page.matchAll(/<(?:style|script)>([\s\S]*?)<\/(?:style|script)>/g)) {
      const source = `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
      t.true(allowed.has(source));
      named.add(source);
    }
    const markup = markupOf(page);
    t.notRegex(markup, /<style|<script|<link rel="stylesheet| style=| on\w+=|javascript:|@import/);
    t.notRegex(markup, /(src|href)="(https?:)?\/\/(?!host\.example)/);
  }
  t.deepEqual([...named].sort(), [...allowed].sort());
});

test('a pending page as bytes is the same page, whoever asked before', (t) => {
  const page = (lang: Language, n: number, view: LoginView, waitedMs: number) => ({
    lang,
    enterpriseName: `Acme ${n}`,
    view,
    waitedMs,
    statusUrl: `/logins/${n}/status`,
    supportCode: `3F2A-90BC-0${n}`,
    startUrl: `/wechatTransfer?ent_id=acme&lang=en&target=${n}"<`,
  });
  for (const lang of languages) {
    for (const view of [{ status: 'pending' }, { status: 'pending', because: 'paused' }] as LoginView[]) {
      for (const waitedMs of [0, 1_200, 9_999, 10_000, 29_999, 30_000, 83_900]) {
        for (const n of [1, 2, 1]) {
          const asked = page(lang, n, view, waitedMs);
          t.is(Buffer.concat(pages.pending(asked)).toString(), pages.waiting(asked));
        }
      }
    }
  }
});

test("a page's end leads on without JavaScript, too, or has the page drawn again", (t) => {
  const refresh = (view: LoginView) =>
    /^<i id="end" hidden data-view="[^"<>]*"><\/i><noscript><meta http-equiv="refresh" content="([^"]*)"><\/noscript>\s*$/.exec(
      pages.waitingEnd(view),
    )?.[1];
  const leadsOn = `url=${location.replace('&', '&amp;')}`;
  t.is(refresh({ status: 'ready', location }), `0;${leadsOn}`);
  t.is(refresh({ status: 'bind', location }), `0;${leadsOn}`);
  t.is(refresh({ status: 'reauthorize', location, retry_after_ms: 1_500 }), `2;${leadsOn}`);
  t.is(refresh({ status: 'reauthorize', location }), '0');
  t.is(refresh({ status: 'failed', reason: 'internal' }), '0');
  t.is(refresh({ status: 'snapshot' }), '0');
});

test('each page says its language and keeps its address to itself', (t) => {
  for (const page of everyPage('zh_CN', 'Acme')) {
    t.regex(page, /^<!doctype html>\n<html lang="zh-CN">/);
    t.true(page.includes('<meta name="referrer" content="no-referrer">'));
  }
  for (const page of everyPage('en', 'Acme')) t.regex(page, /^<!doctype html>\n<html lang="en">/);
});

test('English pages hold no Chinese but the name of a button of WeChat', (t) => {
  for (const page of everyPage('en', 'Acme'))
    t.notRegex(page.replaceAll('使用完整服务', ''), /[\u3000-\u9fff\uff00-\uffef]/);
});

test('Chinese pages hold no English sentence', (t) => {
  for (const page of everyPage('zh_CN', 'X')) {
    t.notRegex(markupOf(page).replace(/<[^>]*>/g, ' '), /[a-z]+ [a-z]+/i);
  }
});

test('the waiting page opens with the section of its status', (t) => {
  const sections = views.map((view) => shown(waiting({ view })));
  t.deepEqual(sections, [
    ['pending'],
    ['pending'],
    ['ready'],
    ['bind'],
    ['tap'],
    ['again'],
    ['snapshot'],
    ...failureReasons.map(() => ['failed']),
  ]);
});

test('a failed login tells its own reason and no other', (t) => {
  for (const reason of failureReasons) {
    const html = waiting({ view: { status: 'failed', reason } });
    t.deepEqual(
      [...html.matchAll(/<p data-reason="(\w+)">/g)].map(([, name]) => name),
      [reason],
    );
  }
});

test('a waiting page that waited long says so without JavaScript, too', (t) => {
  const notes = (waitedMs: number) =>
    [...waiting({ waitedMs }).matchAll(/data-from="(\d+)">/g)].map(([, from]) => Number(from));
  t.deepEqual([notes(9_999), notes(10_000), notes(30_000)], [[3], [10, 3], [10, 30, 3, 15]]);
  t.true(waiting({ waitedMs: 83_900 }).includes('<span data-clock>1:23</span>'));
});

test('without JavaScript a page reloads itself while the login may still move', (t) => {
  const reloads = views.map(
    (view) => /<noscript><meta http-equiv="refresh" content="(\d+)">/.exec(waiting({ view }))?.[1],
  );
  t.deepEqual(reloads, [
    '2',
    '2',
    undefined,
    undefined,
    undefined,
    undefined,
    '10',
    ...failureReasons.map(() => undefined),
  ]);
});

test('a page that repeats a request names no address', (t) => {
  t.true(
    pages
      .retrying({ lang: 'en', retryAfterSeconds: 2.1 })
      .includes('<meta http-equiv="refresh" content="3">'),
  );
  const held = { lang: 'en', enterpriseName: 'Acme', place: 1, waitSeconds: 1 } as const;
  t.true(pages.hold({ ...held, retryAfterSeconds: 0 }).includes('<meta http-equiv="refresh" content="1">'));
});

test('a request is repeated also when nobody said after how long', (t) => {
  const html = pages.retrying({ lang: 'en', retryAfterSeconds: Number.NaN });
  t.true(html.includes('<meta http-equiv="refresh" content="1">') && !html.includes('NaN'));
});

test('a place in line is told in the numbers of the language', (t) => {
  const hold = (waitSeconds: number) =>
    pages.hold({ lang: 'zh_CN', enterpriseName: 'X', place: 12345, waitSeconds, retryAfterSeconds: 5 });
  t.regex(hold(40), /<dd>12,345<\/dd>[\s\S]*<dd>40 秒<\/dd>/);
  t.regex(hold(95), /<dd>约 2 分钟<\/dd>/);
});

test('a held person is told why, in the words of the language', (t) => {
  const texts = holdReasons.flatMap((reason) =>
    (['zh_CN', 'en'] as const).map((lang) => {
      const held = { lang, enterpriseName: 'Acme', reason, place: 3, waitSeconds: 30, retryAfterSeconds: 5 };
      return /<p>([^<]*Acme[^<]*)<\/p>/.exec(pages.hold(held))?.[1];
    }),
  );
  t.is(new Set(texts).size, holdReasons.length * 2);
  t.false(texts.includes(undefined));
});

test('a consent page says what is asked for now, and what only later', (t) => {
  const consent = (profile: 'now' | 'later') =>
    pages.consent({
      lang: 'en',
      enterpriseName: 'Acme',
      accountName: 'Care',
      authorizeUrl: '/a?b=1&c=2',
      profile,
      keepsUnionid: false,
    });
  t.true(consent('now').includes('>Your nickname and avatar<'));
  t.false(consent('later').includes('>Your nickname and avatar<'));
  t.true(consent('later').includes('for the first time: your nickname and avatar'));
  t.true(consent('later').includes('<a class="button" href="/a?b=1&amp;c=2">'));
});

for (const lang of ['zh_CN', 'en'] as const) {
  test(`a consent page in ${lang} says who keeps what, for how long, and whom to ask`, (t) => {
    const consent = (more: object) =>
      pages.consent({
        lang,
        enterpriseName: 'Acme',
        accountName: 'Care',
        authorizeUrl: '/a',
        profile: 'now',
        keepsUnionid: false,
        ...more,
      });
    const bare = consent({});
    t.true(bare.includes(words[lang].consent.kept('\u2068Acme\u2069')));
    t.true(bare.includes(words[lang].consent.askEnterprise('\u2068Acme\u2069')));
    t.false(bare.includes('UnionID'));
    t.false(bare.includes(words[lang].consent.privacy));
    const full = consent({
      keepsUnionid: true,
      support: '400-000-0000',
      privacyUrl: 'https://host.example/privacy?a=1&b=2',
      termsUrl: 'https://host.example/terms',
    });
    t.true(full.includes('UnionID'));
    t.true(full.includes('400-000-0000'));
    t.true(full.includes('href="https://host.example/privacy?a=1&amp;b=2"'));
    t.true(full.includes('href="https://host.example/terms"'));
  });
}

test('no page with all in it, its QR code too, is larger than 20 KB', async (t) => {
  const qrSvg = await qrCode(`https://login.example.com/q/${'0'.repeat(22)}`);
  const look = {
    enterpriseName: '极速在线客服',
    logoPath: `/logos/acme/${'0'.repeat(32)}`,
    switchUrl: '?lang=en',
  };
  const worn = { ...look, brandStyle: brandStyleOf('#0052d9').style };
  for (const [what, render] of everyNamedPage(worn, qrSvg)) {
    for (const lang of languages) {
      const bytes = Buffer.byteLength(render(pages, lang));
      if (what === 'pending' || what === 'scan, waiting') t.log(`${what} ${lang}: ${bytes} bytes`);
      // Its headers are some 900 bytes.
      t.true(bytes < 19_000, `${what} ${lang}: ${bytes}`);
    }
  }
});

test('WebKit draws a page that is still open: it holds more than 200 characters besides what is hidden', (t) => {
  const filler = /<p class="filler" aria-hidden="true">([^<]*)</.exec(waiting())?.[1] ?? '';
  t.true(filler.length > 200);
  t.notRegex(filler, /\s/);
  t.false(waiting({ view: { status: 'snapshot' } }).includes('class="filler"'));
});
