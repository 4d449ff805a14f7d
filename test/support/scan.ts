import type { Found } from '#simulator/phones.ts';
import type { Person } from '#test/support/person.ts';
import type { Service } from '#test/support/start-service.ts';

export const desktopUserAgent =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';

export type ScanAnswer = {
  status: string;
  qr?: string;
  who?: { nickname: string; avatar_url: string };
  location?: string;
  tries_left?: number;
};

/** A computer's browser without its screen: shows a QR code, and waits. */
export async function openDesktop(
  service: Pick<Service, 'person'>,
  entId: string,
  {
    more = '',
    person = service.person({ userAgent: desktopUserAgent }),
  }: { more?: string; person?: Person } = {},
) {
  const page = await person.visit(`/wechatTransfer?ent_id=${entId}${more}`);
  if (page.status !== 200) throw new Error(`the desktop's page answered ${page.status}: ${page.text}`);
  const [, id = ''] = /data-scan="([^"]*)"/.exec(page.text) ?? [];
  const [, qr = ''] = /data-qr="([^"]*)"/.exec(page.text) ?? [];
  const status = async (wait = 0): Promise<ScanAnswer> => {
    const answer = await person.visit(`/scans/${id}/status?wait=${wait}`);
    if (answer.status !== 200) throw new Error(`the status answered ${answer.status}: ${answer.text}`);
    return answer.json();
  };
  const send = (digits: unknown) =>
    person.visit(`/scans/${id}/match`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ digits }),
    });
  return { person, page, id, qr, status, send };
}

/** A phone with WeChat: follows a QR code to the page that asks, and answers there. */
export function createPhone(service: Pick<Service, 'person' | 'publicUrl'>, person = service.person()) {
  let page = '';
  return {
    person,
    /** Answers the page at which the phone ends up. */
    async scan(qr: string, { callback = person.callback } = {}) {
      let answer = await person.visit(qr);
      if (!answer.location.includes('/connect/oauth2/authorize')) return answer;
      answer = await callback(await person.authorize(answer.location));
      const end = answer.location.endsWith('/scan') ? undefined : await person.waitForEnd();
      page = new URL(end?.location ?? answer.location, service.publicUrl).pathname;
      return person.visit(page);
    },
    get page() {
      return page;
    },
    decide: (decision: string, headers: Record<string, string> = {}) =>
      person.visit(page, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: `decision=${decision}`,
      }),
  };
}

export const digitsIn = ({ text }: { text: string }): string => /data-digits="(\d{3})"/.exec(text)?.[1] ?? '';
/** Three digits that are not these. */
export const otherThan = (digits: string): string => String((Number(digits) + 1) % 1_000).padStart(3, '0');

/** The simulator's phone; `tap` is the button that it taps then. */
export async function simulateScan(
  simulatorUrl: string,
  url: string,
  person: string,
  tap?: string,
): Promise<Found> {
  const answer = await fetch(`${simulatorUrl}/_simulator/scan`, {
    method: 'POST',
    body: JSON.stringify({ url, person, tap }),
  });
  if (answer.status !== 200)
    throw new Error(`the simulator answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Found;
}
