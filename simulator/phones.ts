import { request } from 'undici';

/** WeChat's own agent on a phone. */
const userAgent =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50(0x1800322f) NetType/WIFI Language/zh_CN';
/** From the QR code to the page that asks, by way of WeChat, there are five; a login that waits comes again and again. */
const mostSteps = 40;
const patienceMs = 20_000;
const stepTakesMs = 10_000;

export type Found = { url: string; status: number; title: string; html: string };
export type Phones = ReturnType<typeof createPhones>;

/**
 * The phones that scan QR codes: each has the cookies of its own, for as long as the simulator lives. `person` says yes on
 * WeChat's page. A phone goes where it is led, and where a page refreshes itself, until a page stays.
 */
export function createPhones() {
  const jars = new Map<string, Map<string, string>>();

  function jarOf(person: string): Map<string, string> {
    const jar = jars.get(person) ?? new Map<string, string>();
    jars.set(person, jar);
    return jar;
  }

  async function open(url: URL, person: string) {
    const jar = jarOf(person);
    const names = (name: string) => name.startsWith(`${url.host} `);
    const cookie = [...jar]
      .filter(([name]) => names(name))
      .map(([name, value]) => `${name.split(' ')[1]}=${value}`);
    const answer = await request(url, {
      headers: {
        'user-agent': userAgent,
        'accept-language': 'zh-CN,zh;q=0.9',
        accept: 'text/html',
        'x-simulator-person': person,
        ...(cookie.length > 0 && { cookie: cookie.join('; ') }),
      },
      headersTimeout: stepTakesMs,
      bodyTimeout: stepTakesMs,
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
      jar.set(`${url.host} ${name}`, value);
    }
    return { answer, html: await answer.body.text() };
  }

  return {
    /** Opens the address that a QR code holds, and answers the page at which the phone ends up. Throws what the network throws. */
    async scan(address: string, person: string): Promise<Found> {
      let url = new URL(address);
      const begun = Date.now();
      for (let step = 1; ; step += 1) {
        const { answer, html } = await open(url, person);
        const next = wayOn(html, String(answer.headers['location'] ?? ''), answer.headers['retry-after']);
        const isOver = next === undefined || step >= mostSteps || Date.now() - begun > patienceMs;
        if (isOver) return { url: url.href, status: answer.statusCode, title: titleOf(html), html };
        if (next.afterMs > 0) await new Promise((resolve) => setTimeout(resolve, next.afterMs).unref());
        url = new URL(next.to, url);
      }
    },
  };
}

/** A redirect, or a page that comes again by itself; '' is the same address. */
function wayOn(
  html: string,
  location: string,
  retryAfter: unknown,
): { to: string; afterMs: number } | undefined {
  if (location !== '') return { to: location, afterMs: 0 };
  // A page that is sent in parts has its way on at the end.
  const refreshes = [...html.matchAll(/<meta http-equiv="refresh" content="(\d+)(?:;url=([^"]*))?"/g)];
  const [, seconds, to = ''] = refreshes.at(-1) ?? [];
  if (seconds === undefined) {
    // A page that asks before WeChat does has one button.
    const [, button] = /href="([^"]*\/connect\/oauth2\/authorize\?[^"]*)"/.exec(html) ?? [];
    return button === undefined ? undefined : { to: button.replaceAll('&amp;', '&'), afterMs: 0 };
  }
  const afterMs = Math.min(Number(seconds), retryAfter === undefined ? 0.3 : 5) * 1_000;
  return { to: to.replaceAll('&amp;', '&'), afterMs };
}

const titleOf = (html: string): string => /<title>([^<]*)<\/title>/.exec(html)?.[1] ?? '';
