import type { HoldReason } from '#ingress/admission/hold-reason.ts';
import { readAssets } from './assets.ts';
import { compileTemplates } from './compile-templates.ts';
import type { Language } from './language.ts';
import type { Look } from './look.ts';
import { isolate, naming } from './naming.ts';
import { createScanPages } from './scan-pages.ts';
import { createWaitingPage } from './waiting-page.ts';
import { type Words, words } from './words.ts';

export type StartAgainCause = keyof Words['startAgainFor'];
export type Pages = ReturnType<typeof createPages>;

/** Renders every page a person sees, each a whole HTML document. Templates are read and compiled here, once. */
export function createPages() {
  const assets = readAssets();
  const templates = compileTemplates(assets);
  const { render } = templates;
  /** By a script where there is one: a page that a refresh sends off cannot be kept from it by its reader. */
  const again = (seconds: number) => {
    const reloadSeconds = wholeSeconds(seconds);
    return { reloadSeconds, reloadSecondsWithoutScript: reloadSeconds, script: assets.comeAgainScript };
  };

  return {
    /** What the pages hold within them, as their content security policy names it. */
    policy: assets.policy,

    ...createWaitingPage(templates, assets.waitingScript),
    ...createScanPages(templates, assets),

    /** "Open in WeChat". `qrSvg` is markup and goes in as it is; a link that is too long for one is only told. */
    outsideWeChat(
      page: Look & {
        lang: Language;
        link: string;
        qrSvg: string | undefined;
        /** Absent: there is no way on in this browser. */
        continueUrl?: string;
        /** The link comes first, with a button that copies it: whoever reads this on a phone cannot scan it. */
        isOnPhone?: boolean;
      },
    ): string {
      return render('outside-wechat', page.lang, {
        ...page,
        ...naming(page.enterpriseName),
        title: words[page.lang].outside.title,
        script: assets.copyScript,
      });
    },

    /** Who asks for what, and why. Nothing happens until the person taps. */
    consent(
      page: Look & {
        lang: Language;
        accountName: string;
        authorizeUrl: string;
        /** `later`: only of somebody who comes for the first time, and WeChat asks for it then. */
        profile: 'now' | 'later';
        keepsUnionid: boolean;
        /** Whom to ask about one's data, and where that is written down. */
        support?: string | null | undefined;
        privacyUrl?: string | null | undefined;
        termsUrl?: string | null | undefined;
      },
    ): string {
      return render('consent', page.lang, {
        ...page,
        ...naming(page.enterpriseName),
        support: page.support ? isolate(page.support) : '',
        accountName: isolate(page.accountName),
        title: words[page.lang].consent.action,
      });
    },

    /** Asks whether this person opened the login; `action` takes the POST. */
    confirm(page: Look & { lang: Language; action: string }): string {
      const name = naming(page.enterpriseName);
      return render('confirm', page.lang, {
        ...page,
        ...name,
        title: words[page.lang].confirm.title(name.name),
      });
    },

    startAgain(
      page: Partial<Look> & {
        lang: Language;
        startUrl?: string | undefined;
        backUrl?: string | undefined;
        /** Without `startUrl` it matters where a person begins: by a message in WeChat, or elsewhere by an application. */
        isOutsideWeChat?: boolean;
        supportCode?: string;
        cause: StartAgainCause;
      },
    ): string {
      return render('start-again', page.lang, {
        ...page,
        ...naming(page.enterpriseName ?? ''),
        title: words[page.lang].startAgainFor[page.cause].title,
        // A phone came for a computer: what it may begin itself is another login.
        action: words[page.lang][isOfScan(page.cause) ? 'onThisPhone' : 'startAgain'],
      });
    },

    /** Asks whether to log out. `form` is markup without a button, and goes in as it is. */
    logout(page: { lang: Language; form: string; clientName: string }): string {
      const { logout } = words[page.lang];
      const client = page.clientName && isolate(page.clientName);
      return render('logout', page.lang, { ...page, title: logout.title, text: logout.text(client) });
    },

    loggedOut(page: { lang: Language }): string {
      return render('logged-out', page.lang, { title: words[page.lang].loggedOut.title });
    },

    /** Repeats the request it answers, code and all, without writing that address into the page. */
    retrying(
      page: Partial<Look> & { lang: Language; retryAfterSeconds: number; supportCode?: string },
    ): string {
      return render('retrying', page.lang, {
        ...page,
        ...naming(page.enterpriseName ?? ''),
        title: words[page.lang].retrying.title,
        seconds: count(page.lang, wholeSeconds(page.retryAfterSeconds)),
        ...again(page.retryAfterSeconds),
      });
    },

    /** A place in line, asked for again after `retryAfterSeconds`. */
    hold(
      page: Look & {
        lang: Language;
        /** `busy` unless told. */
        reason?: HoldReason;
        /** What the operator who holds them says to them, in a language of his choice. */
        sentence?: string;
        place: number;
        waitSeconds: number;
        retryAfterSeconds: number;
        supportCode?: string;
      },
    ): string {
      const { hold } = words[page.lang];
      return render('hold', page.lang, {
        ...page,
        ...naming(page.enterpriseName),
        title: hold.title,
        reason: page.reason ?? 'busy',
        place: count(page.lang, page.place),
        wait:
          page.waitSeconds < 90
            ? hold.seconds(count(page.lang, page.waitSeconds))
            : hold.minutes(count(page.lang, page.waitSeconds / 60)),
        ...again(page.retryAfterSeconds),
      });
    },

    /** An HTTP error in plain words; `code` is the public word of the Problem. `wayOnUrl` is where to try again. */
    problem(
      page: Partial<Look> & {
        lang: Language;
        status: number;
        code: string;
        wayOnUrl?: string | undefined;
        supportCode?: string;
      },
    ): string {
      const { title, text } = words[page.lang].problem[problemOf(page.status)];
      return render('problem', page.lang, { ...page, ...naming(page.enterpriseName ?? ''), title, text });
    },
  };
}

const isOfScan = (cause: StartAgainCause): boolean => cause === 'qr-used' || cause === 'too-many-scans';

const formats = {
  zh_CN: new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 0 }),
  en: new Intl.NumberFormat('en', { maximumFractionDigits: 0 }),
} satisfies Record<Language, Intl.NumberFormat>;

function count(lang: Language, value: number): string {
  return formats[lang].format(Math.ceil(value));
}

function wholeSeconds(seconds: number): number {
  return Math.max(1, Math.ceil(seconds) || 0);
}

function problemOf(status: number): Exclude<keyof Words['problem'], 'code' | 'again'> {
  if (status === 404) return 'missing';
  if (status === 413 || status === 414 || status === 431) return 'long';
  if (status === 429) return 'many';
  if (status === 503) return 'busy';
  return status < 500 ? 'bad' : 'broken';
}
