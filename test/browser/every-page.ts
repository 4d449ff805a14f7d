import { holdReasons } from '#ingress/admission/hold-reason.ts';
import type { LoginView } from '#ingress/browser/login-view.ts';
import type { Language } from '#ingress/browser/pages/language.ts';
import type { Look } from '#ingress/browser/pages/look.ts';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import type { PhonePage, ScanView } from '#ingress/browser/pages/scan-pages.ts';

const url = '/elsewhere?a=1&b=2';
const supportCode = '3F2A-90BC-11';
const enterpriseName = '极速在线客服 Acme-International-Customer-Care-Holdings-Incorporated';
const usualLook: Look = { enterpriseName, switchUrl: '?ent_id=acme&lang=en' };

/** What people and operators bring in, here as long as it comes. */
const long = {
  nickname: '一个很长的昵称 with a long name that does not break 😀',
  accountName: enterpriseName,
  clientName: enterpriseName,
  link: `https://login.example.com/wechatTransfer?ent_id=acme&target=${'x'.repeat(200)}`,
};
const scanViews = (nickname: string): readonly ScanView[] => [
  { status: 'waiting', qr: 'https://login.example.com/q/code' },
  { status: 'asking' },
  { status: 'match', who: { nickname, avatar_url: '' } },
  { status: 'denied' },
  { status: 'expired' },
];
const held = { place: 12_345, waitSeconds: 600, retryAfterSeconds: 60 };
const sentences: Readonly<Record<Language, string>> = {
  zh_CN: '服务号正在更换，今天 16:00 恢复登录。',
  en: 'We are changing the account; logins are back at 16:00 today.',
};
type OfPhone<P> = P extends unknown ? Omit<P, 'lang' | keyof Look> : never;
const phonePages = (nickname: string): readonly OfPhone<PhonePage>[] => [
  {
    state: 'asking',
    action: url,
    nickname,
    device: 'Chrome 130 · Windows 10',
    ageMs: 100_000,
    network: 'otherNetwork',
  },
  { state: 'match', digits: '123' },
  { state: 'ended' },
  { state: 'denied' },
];

const littleQr: string | undefined = '<svg viewBox="0 0 10 10"><path d="M0 0h10v10H0z"/></svg>';

type Render = (pages: Pages, lang: Language) => string;

/** One of each page, named; unless told otherwise, with names that are long and hard to break. */
export function everyPage(look: Look = usualLook, qrSvg = littleQr, shown = long): [string, Render][] {
  const { nickname, accountName, clientName, link } = shown;
  const waiting =
    (view: LoginView): Render =>
    (pages, lang) =>
      pages.waiting({
        lang,
        ...look,
        view,
        waitedMs: 35_000,
        statusUrl: '/logins/1/status',
        supportCode,
        startUrl: url,
        backUrl: url,
      });
  return [
    ['pending', waiting({ status: 'pending' })],
    ['tap', waiting({ status: 'reauthorize', location: url })],
    ['snapshot', waiting({ status: 'snapshot' })],
    ['failed', waiting({ status: 'failed', reason: 'misconfigured' })],
    [
      'outside WeChat',
      (pages, lang) =>
        pages.outsideWeChat({
          lang,
          ...look,
          link,
          qrSvg,
          continueUrl: url,
        }),
    ],
    [
      'outside WeChat, on a phone',
      (pages, lang) =>
        pages.outsideWeChat({
          lang,
          ...look,
          link,
          qrSvg,
          continueUrl: url,
          isOnPhone: true,
        }),
    ],
    ...scanViews(nickname).map((view): [string, Render] => [
      `scan, ${view.status}`,
      (pages, lang) =>
        pages.desktopScan({
          lang,
          ...look,
          id: '1',
          view,
          qrSvg,
          link,
          startUrl: url,
          continueUrl: url,
          isWrong: true,
        }),
    ]),
    ...phonePages(nickname).map((page): [string, Render] => [
      `phone of a scan, ${page.state}`,
      (pages, lang) => pages.phoneScan({ ...page, lang, ...look }),
    ]),
    [
      'consent',
      (pages, lang) =>
        pages.consent({
          lang,
          ...look,
          accountName,
          authorizeUrl: url,
          profile: 'now',
          keepsUnionid: true,
        }),
    ],
    ['confirm', (pages, lang) => pages.confirm({ lang, ...look, action: url })],
    [
      'start again',
      (pages, lang) => pages.startAgain({ lang, ...look, startUrl: url, cause: 'expired', supportCode }),
    ],
    ['no way to start again', (pages, lang) => pages.startAgain({ lang, cause: 'cookies-off' })],
    [
      'no way to start again, on a computer',
      (pages, lang) => pages.startAgain({ lang, cause: 'unknown-login', isOutsideWeChat: true }),
    ],
    ['retrying', (pages, lang) => pages.retrying({ lang, retryAfterSeconds: 60 })],
    ...holdReasons.map((reason): [string, Render] => [
      `hold, ${reason}`,
      (pages, lang) => pages.hold({ lang, ...look, ...held, reason, supportCode }),
    ]),
    [
      'hold, with a sentence of an operator',
      (pages, lang) =>
        pages.hold({
          lang,
          ...look,
          ...held,
          reason: 'paused-by-operator',
          sentence: sentences[lang],
          supportCode,
        }),
    ],
    [
      'log out',
      (pages, lang) =>
        pages.logout({
          lang,
          clientName,
          form: '<form id="op.logoutForm" method="post"></form>',
        }),
    ],
    ['logged out', (pages, lang) => pages.loggedOut({ lang })],
    [
      'problem',
      (pages, lang) => pages.problem({ lang, status: 404, code: 'unknown_enterprise', supportCode }),
    ],
    [
      'problem with a way on',
      (pages, lang) => pages.problem({ lang, status: 503, code: 'temporarily_unavailable', wayOnUrl: url }),
    ],
  ];
}
