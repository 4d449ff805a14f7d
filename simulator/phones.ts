import { UnknownName } from './control.ts';
import { buttonsOn, titleOf, wayOn } from './read-page.ts';
import { createRecentMap } from './recent-map.ts';

/** WeChat's own agent on a phone. */
const userAgent =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50(0x1800322f) NetType/WIFI Language/zh_CN';
const usualLanguage = 'zh-CN,zh;q=0.9';
/** From the QR code to the page that asks, by way of WeChat, there are five; a login that waits comes again and again. */
const mostSteps = 40;
const patienceMs = 20_000;
const stepTakesMs = 10_000;
/** A load run has a phone for each of its people. */
const keptPhones = 10_000;

export type Found = { url: string; status: number; title: string; html: string };
export type Phones = ReturnType<typeof createPhones>;
type Form = [string, string][];
type Phone = { readonly jar: Map<string, string>; shows?: Found; language: string };

/**
 * The phones that scan QR codes: each has the cookies of its own, until 10,000 others were used after it. `person` says yes on
 * WeChat's page. A phone goes where it is led, and where a page refreshes itself, until a page stays. Its methods throw what
 * the network throws.
 */
export function createPhones() {
  const phones = createRecentMap<Phone>(keptPhones);

  function phoneOf(person: string): Phone {
    const phone = phones.get(person) ?? { jar: new Map(), language: usualLanguage };
    phones.set(person, phone);
    return phone;
  }

  async function open(url: URL, person: string, form?: Form) {
    const { jar, language } = phoneOf(person);
    const names = (name: string) => name.startsWith(`${url.host} `);
    const cookie = [...jar]
      .filter(([name]) => names(name))
      .map(([name, value]) => `${name.split(' ')[1]}=${value}`);
    const answer = await fetch(url, {
      method: form ? 'POST' : 'GET',
      body: form ? new URLSearchParams(form) : null,
      redirect: 'manual',
      headers: {
        'user-agent': userAgent,
        'accept-language': language,
        accept: 'text/html',
        'x-simulator-person': person,
        ...(cookie.length > 0 && { cookie: cookie.join('; ') }),
      },
      signal: AbortSignal.timeout(stepTakesMs),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
      jar.set(`${url.host} ${name}`, value);
    }
    return { answer, html: await answer.text() };
  }

  /** Answers the page at which the phone ends up. */
  async function follow(address: URL, person: string, form?: Form): Promise<Found> {
    let url = address;
    const begun = Date.now();
    for (let step = 1; ; step += 1) {
      const { answer, html } = await open(url, person, step === 1 ? form : undefined);
      const next = wayOn(
        html,
        answer.headers.get('location') ?? '',
        answer.headers.get('retry-after') ?? undefined,
      );
      const isOver = next === undefined || step >= mostSteps || Date.now() - begun > patienceMs;
      if (isOver) {
        const found = { url: url.href, status: answer.status, title: titleOf(html), html };
        phoneOf(person).shows = found;
        return found;
      }
      if (next.afterMs > 0) await new Promise((resolve) => setTimeout(resolve, next.afterMs).unref());
      url = new URL(next.to, url);
    }
  }

  return {
    /** What the phone asks pages for from now on, as a browser's Accept-Language; Chinese unless told. */
    speak(person: string, acceptLanguage: string): void {
      phoneOf(person).language = acceptLanguage;
    },

    /** Opens the address that a QR code holds. */
    scan: (address: string, person: string): Promise<Found> => follow(new URL(address), person),

    /** Sends a form of the page that the phone shows; `action` may be relative to it. */
    send(person: string, action: string, form: Form): Promise<Found> {
      return follow(new URL(action, shownTo(person).url), person, form);
    },

    /** Taps the button with this value, or with these words on it, on the page that the phone shows. */
    async tap(person: string, button: string): Promise<Found> {
      const { url, html } = shownTo(person);
      const buttons = buttonsOn(html);
      const found = buttons.find(({ value, label }) => value === button || label === button);
      const named = buttons.map(({ value, label }) => value || label).join(', ');
      if (found === undefined)
        throw new UnknownName(`The page has no button ${button}; it has: ${named || 'none'}.`);
      return follow(new URL(found.action, url), person, found.fields);
    },

    shownTo,
  };

  /** The page that a phone shows now. */
  function shownTo(person: string): Found {
    const found = phones.get(person)?.shows;
    if (found === undefined) throw new UnknownName(`The phone of ${person} has scanned nothing yet.`);
    return found;
  }
}

/** Why nothing came from where a phone was led, in the system's word (`ECONNREFUSED`); undefined: it is another error. */
export function whyUnreachable(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'TimeoutError') return 'ETIMEDOUT';
  const { cause } = error;
  if (!(cause instanceof Error)) return undefined;
  return 'code' in cause ? String(cause.code) : cause.message;
}
