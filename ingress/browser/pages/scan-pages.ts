import type { Assets } from './assets.ts';
import type { Templates } from './compile-templates.ts';
import type { Language } from './language.ts';
import type { Look } from './look.ts';
import { isolate, naming } from './naming.ts';
import { words } from './words.ts';

/** How a scan stands on the desktop: the answer to GET /scans/{id}/status. */
export type ScanView = {
  readonly status: 'waiting' | 'asking' | 'match' | 'ready' | 'bind' | 'denied' | 'expired';
  /** The address in the QR code, while a phone is waited for. */
  readonly qr?: string;
  /** Whom it logs in: once the person of the phone said yes. */
  readonly who?: { readonly nickname: string; readonly avatar_url: string };
  readonly location?: string;
  readonly reason?: string;
};

export type DesktopPage = Look & {
  readonly lang: Language;
  readonly id: string;
  readonly view: ScanView;
  /** Markup; the page's script fetches the picture by and by where it is undefined. */
  readonly qrSvg: string | undefined;
  /** Begins a login in WeChat, as text. */
  readonly link: string;
  /** Shows a new QR code. */
  readonly startUrl: string;
  /** The way on in this browser, without a phone. */
  readonly continueUrl: string;
  /** Wrong digits were typed. */
  readonly isWrong: boolean;
};

export type PhonePage = Look & { readonly lang: Language } & (
    | {
        readonly state: 'asking';
        readonly action: string;
        readonly nickname: string;
        /** '' where it is not known. */
        readonly device: string;
        readonly ageMs: number;
        readonly network: 'sameNetwork' | 'otherNetwork' | undefined;
      }
    | { readonly state: 'match'; readonly digits: string }
    | { readonly state: 'ended' | 'denied' }
  );

/** Stands for a name that is not known yet, and that the page's script puts in. */
const whoMark = '{who}';
/** "Logging in as …" can be read, and cancelled, for so long. */
const lookSeconds = 2;
/** A page without its script asks as often. */
const askSeconds = 5;
const matchSeconds = 61;

/** The two pages of a scan: the desktop's, which waits, and the phone's, which asks its person. */
export function createScanPages(
  { render }: Templates,
  assets: Pick<Assets, 'scanScript' | 'comeBackScript'>,
) {
  return {
    desktopScan(page: DesktopPage): string {
      const { id, view, lang } = page;
      const shown = view.status === 'ready' || view.status === 'bind' ? 'ended' : view.status;
      const { title } = words[lang].scan[shown];
      const who = isolate(view.who?.nickname ?? '');
      const name = naming(page.enterpriseName);
      return render('scan', lang, {
        ...page,
        ...name,
        who,
        whoMark,
        title: typeof title === 'string' ? title : title(shown === 'ended' ? who : name.name),
        qr: view.qr ?? '',
        location: view.location,
        viewJson: JSON.stringify(view),
        hiddenUnless: (section: string) => (section === shown ? '' : ' hidden'),
        reloadSecondsWithoutScript: refreshOf(id, view),
        script: assets.scanScript,
      });
    },

    phoneScan(page: PhonePage): string {
      const { lang, state } = page;
      const { title } = words[lang].scanPhone[state];
      const name = naming(page.enterpriseName);
      return render('scan-phone', lang, {
        ...page,
        ...name,
        title: typeof title === 'string' ? title : title(name.name),
        ...(state === 'asking' && { age: ageOf(lang, page.ageMs), nickname: isolate(page.nickname) }),
        script: assets.comeBackScript,
      });
    },
  };
}

function refreshOf(id: string, { status, location }: ScanView): string | undefined {
  if (location !== undefined) return `${lookSeconds};url=${location}`;
  if (status === 'waiting' || status === 'asking') return `${askSeconds};url=/scans/${id}`;
  // Not while somebody types.
  return status === 'match' ? `${matchSeconds};url=/scans/${id}` : undefined;
}

function ageOf(lang: Language, ms: number): string {
  const { seconds, minutes } = words[lang].scanPhone.asking;
  const passed = Math.max(0, Math.round(ms / 1_000));
  return passed < 90 ? seconds(String(passed)) : minutes(String(Math.round(passed / 60)));
}
