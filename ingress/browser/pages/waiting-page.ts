import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { holdReasons } from '#ingress/admission/hold-reason.ts';
import type { LoginView } from '#ingress/browser/login-view.ts';
import { failureReasons } from '#models/login/status.ts';
import type { Templates } from './compile-templates.ts';
import type { Language } from './language.ts';
import type { Look } from './look.ts';
import { isolate, naming } from './naming.ts';
import { words } from './words.ts';

/** Longest time that the page of a pending login is kept open for its end. */
export const pageOpenMs = 3_000;
/** The script asks by itself so long after: a connection that broke tells a page nothing. */
const graceMs = 1_000;
/** Each some 15 KB. */
const mostDrawn = 400;

/** Seconds after which a page shows more; the same as in waiting.eta. */
const shownFrom = [0, 3, 10, 15, 30];

const nothing = Buffer.alloc(0);

export type WaitingPage = Look & {
  readonly lang: Language;
  readonly view: LoginView;
  readonly waitedMs: number;
  readonly statusUrl: string;
  readonly startUrl: string;
  readonly supportCode: string;
  /** Where somebody gives up who was sent by an OpenID client. */
  readonly backUrl?: string | undefined;
};
type Section = 'pending' | 'ready' | 'bind' | 'again' | 'tap' | 'snapshot' | 'failed';

/** The page that waits for a login's end; without JavaScript it reloads itself while the login is pending. */
export function createWaitingPage({ render, escapeText }: Templates, script: string) {
  const drawn = new LRUCache<string, readonly (Buffer | string)[]>({ max: mostDrawn });
  // Nobody can put it into a page from outside.
  const holeMark = randomUUID();
  const hole = (name: string) => holeMark + name + holeMark;

  function draw(
    page: Omit<WaitingPage, 'waitedMs'>,
    waited: { ms: number | string; clock: string; seconds: number },
  ): string {
    const { lang, view } = page;
    const shown = sectionOf(view);
    const reason = view.reason ?? 'internal';
    return render('waiting', lang, {
      ...naming(page.enterpriseName),
      logoPath: page.logoPath,
      brandStyle: page.brandStyle,
      switchUrl: page.switchUrl,
      title: words[lang][shown].title,
      statusUrl: page.statusUrl,
      startUrl: page.startUrl,
      backUrl: page.backUrl,
      code: page.supportCode,
      hiddenUnlessStuck:
        waited.seconds >= 10 || ['failed', 'tap', 'snapshot'].includes(shown) ? '' : ' hidden',
      waitedMs: waited.ms,
      clock: waited.clock,
      askAfterMs: pageOpenMs + graceMs,
      viewJson: JSON.stringify(view),
      who: view.who && isolate(view.who),
      location: view.location,
      reasons: [...failureReasons, 'gone'],
      holdReasons: holdReasons.filter((because) => because !== 'busy'),
      hiddenUnlessBecause: (name: string) => (name === view.because ? '' : ' hidden'),
      hiddenUnless: (...sections: Section[]) => (sections.includes(shown) ? '' : ' hidden'),
      hiddenUnlessReason: (name: string) => (name === reason ? '' : ' hidden'),
      hiddenUntil: (seconds: number) => (waited.seconds >= seconds ? '' : ' hidden'),
      reloadSecondsWithoutScript: shown === 'pending' ? 2 : shown === 'snapshot' ? 10 : 0,
      isLeftOpen: shown === 'pending',
      script,
    });
  }

  function drawParts(page: WaitingPage, seconds: number): readonly (Buffer | string)[] {
    const back = page.backUrl === undefined ? undefined : hole('backUrl');
    const holes = {
      statusUrl: hole('statusUrl'),
      startUrl: hole('startUrl'),
      supportCode: hole('supportCode'),
      backUrl: back,
    };
    const waited = { ms: hole('waitedMs'), clock: hole('clock'), seconds };
    // Every second one is the name of a hole.
    const parts = draw({ ...page, ...holes }, waited).split(holeMark);
    return parts.map((part, n) => (n % 2 === 0 ? Buffer.from(part) : part));
  }

  return {
    /** A whole document. */
    waiting(page: WaitingPage): string {
      const { waitedMs } = page;
      return draw(page, { ms: waitedMs, clock: clock(waitedMs), seconds: waitedMs / 1_000 });
    },

    /**
     * The same of a pending login, as bytes in parts. Thousands are asked for at once and differ only in their login and its
     * time: all else is drawn, encoded and in memory once.
     */
    pending(page: WaitingPage): readonly Buffer[] {
      const { lang, enterpriseName, view, waitedMs, backUrl, logoPath, brandStyle, switchUrl } = page;
      const seconds = shownFrom.findLast((from) => waitedMs >= from * 1_000) ?? 0;
      const key = JSON.stringify([
        lang,
        enterpriseName,
        logoPath,
        brandStyle,
        switchUrl,
        view,
        seconds,
        backUrl !== undefined,
      ]);
      let parts = drawn.get(key);
      if (parts === undefined) {
        parts = drawParts(page, seconds);
        drawn.set(key, parts);
      }
      const values: Readonly<Record<string, Buffer>> = {
        statusUrl: Buffer.from(escapeText(page.statusUrl)),
        startUrl: Buffer.from(escapeText(page.startUrl)),
        supportCode: Buffer.from(page.supportCode),
        backUrl: Buffer.from(escapeText(backUrl ?? '')),
        waitedMs: Buffer.from(String(waitedMs)),
        clock: Buffer.from(clock(waitedMs)),
      };
      return parts.map((part) => (typeof part === 'string' ? (values[part] ?? nothing) : part));
    },

    /** What is sent after the page of a pending login when it has come to its end: the way on, also without JavaScript. */
    waitingEnd(view: LoginView): string {
      const delaySeconds = Math.ceil((view.retry_after_ms ?? 0) / 1_000);
      // Any other end is drawn by the server, when the page comes again.
      const leadsOn = view.status === 'ready' || view.status === 'bind' || view.retry_after_ms !== undefined;
      const to = leadsOn && view.location !== undefined ? `;url=${view.location}` : '';
      const said = escapeText(JSON.stringify(view));
      const refresh = escapeText(delaySeconds + to);
      return `<i id="end" hidden data-view="${said}"></i><noscript><meta http-equiv="refresh" content="${refresh}"></noscript>`;
    },
  };
}

function sectionOf({ status, retry_after_ms }: LoginView): Section {
  if (status === 'reauthorize') return retry_after_ms === undefined ? 'tap' : 'again';
  return status;
}

function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
