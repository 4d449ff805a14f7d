import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import type { Accounts } from './accounts.ts';
import { redirectTo, showPage } from './answer-browser.ts';
import type { Behaviour } from './behaviour.ts';
import type { CallLog } from './call-log.ts';
import { type AuthorizeRequest, isPageError } from './check-authorize-url.ts';
import { checkQrConnectUrl } from './check-qr-connect-url.ts';
import { errorPage } from './pages.ts';
import { parseUrl } from './parse-url.ts';
import { type People, personIdSchema, presetIds } from './people.ts';
import { confirmedPage, confirmPage, expiredPage, qrConnectPage } from './qr-connect-pages.ts';
import { randomBase62 } from './random.ts';
import { readBody } from './read-body.ts';
import { createRecentMap } from './recent-map.ts';
import { namedPerson, rememberedPerson, rememberPerson } from './requesting-person.ts';
import type { CallbackSender } from './send-callback.ts';
import { parameter } from './sns-endpoints.ts';

/** A code on a screen. `sentTo` is where the browser goes once the phone has confirmed; '' while it has not. */
type Shown = { asked: AuthorizeRequest; shownAt: number; sentTo: string; isRefused: boolean };

const shownForMs = 5 * 60_000;

/**
 * 网站应用微信登录: the page with a QR code at open.weixin.qq.com/connect/qrconnect. The phone that opens the code confirms, and the
 * browser goes on to the website with a code of scope snsapi_login.
 */
export function createQrConnect(deps: {
  accounts: Accounts;
  behaviour: Behaviour;
  people: People;
  callbacks: CallbackSender;
  log: CallLog;
  now: () => number;
  publicUrl: () => string;
  tryCallback: () => string;
}) {
  const { accounts, behaviour, people, callbacks, log, now, publicUrl, tryCallback } = deps;
  const screens = createRecentMap<Shown>(10_000);

  function find(uuid: string): Shown | undefined {
    const shown = screens.get(uuid);
    return shown && now() - shown.shownAt < shownForMs ? shown : undefined;
  }

  async function confirm(shown: Shown, person: string, userAgent: string): Promise<void> {
    const { url } = await callbacks.send(shown.asked, { person, snapshot: false, userAgent });
    shown.sentTo = url;
  }

  return {
    show(response: ServerResponse, rawQuery: string): void {
      const call = log.begin('qrconnect');
      const asked = checkQrConnectUrl(rawQuery, { accounts, tryCallback: tryCallback() });
      if (isPageError(asked)) showPage(response, errorPage(asked));
      else {
        Object.assign(call, { appid: asked.account.appid, state: asked.state, errcode: 0 });
        const uuid = randomBase62(16);
        screens.set(uuid, { asked, shownAt: now(), sentTo: '', isRefused: false });
        const onPhone = `${publicUrl()}/connect/confirm?uuid=${uuid}`;
        showPage(response, qrConnectPage({ name: asked.account.name, uuid, onPhone }));
      }
      log.answered(call, response);
    },

    /** What the page asks each second, in WeChat's form: 408 wait, 405 confirmed, 403 refused, 402 expired. */
    tell(response: ServerResponse, rawQuery: string): void {
      const shown = find(parameter(parse(rawQuery), 'uuid'));
      const errcode = !shown ? 402 : shown.sentTo ? 405 : shown.isRefused ? 403 : 408;
      const code = parseUrl(shown?.sentTo ?? '')?.searchParams.get('code') ?? '';
      const script = `window.wx_errcode=${errcode};window.wx_code='${code}';`;
      response.writeHead(200, { 'Content-Type': 'text/javascript', 'Cache-Control': 'no-store' }).end(script);
    },

    /** The browser goes where the phone sent it. */
    leave(response: ServerResponse, rawQuery: string): void {
      const shown = find(parameter(parse(rawQuery), 'uuid'));
      if (shown?.sentTo) redirectTo(response, shown.sentTo);
      else showPage(response, expiredPage());
    },

    /** The phone opens the code. A person whom the request names says yes at once. */
    async ask(request: IncomingMessage, response: ServerResponse, rawQuery: string): Promise<void> {
      const query = parse(rawQuery);
      const uuid = parameter(query, 'uuid');
      const shown = find(uuid);
      if (!shown || shown.sentTo) return showPage(response, expiredPage());
      const named = namedPerson(request, parameter(query, 'person'));
      if (named) {
        await confirm(shown, named, request.headers['user-agent'] ?? '');
        return showPage(response, confirmedPage());
      }
      const chosen = rememberedPerson(request) || behaviour.person;
      const choices = [...new Set([...presetIds, chosen])].map((id) => people.find(id));
      showPage(response, confirmPage({ name: shown.asked.account.name, uuid, choices, chosen }));
    },

    async decide(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const form = parse(await readBody(request));
      const shown = find(parameter(form, 'uuid'));
      if (!shown || shown.sentTo) return showPage(response, expiredPage());
      const chosen = parameter(form, 'other').trim() || parameter(form, 'person');
      const person = personIdSchema.safeParse(chosen).success ? chosen : behaviour.person;
      shown.isRefused = parameter(form, 'decision') !== 'allow';
      if (!shown.isRefused) await confirm(shown, person, request.headers['user-agent'] ?? '');
      showPage(response, confirmedPage(shown.isRefused), rememberPerson(person));
    },
  };
}

export type QrConnect = ReturnType<typeof createQrConnect>;
