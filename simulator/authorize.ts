import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import { setTimeout as wait } from 'node:timers/promises';
import type { Accounts } from './accounts.ts';
import { redirectTo, showPage } from './answer-browser.ts';
import type { Behaviour } from './behaviour.ts';
import type { Call, CallLog } from './call-log.ts';
import {
  type AuthorizeRequest,
  checkAuthorizeUrl,
  isPageError,
  type PageError,
} from './check-authorize-url.ts';
import { consentPage } from './consent-page.ts';
import { createConsentDecider } from './decide-consent.ts';
import type { Faults } from './faults.ts';
import { errorPage, outsideWeChatPage, refusedPage, snapshotPage } from './pages.ts';
import { type People, personIdSchema, presetIds } from './people.ts';
import { readBody } from './read-body.ts';
import { namedPerson, rememberedPerson, rememberPerson } from './requesting-person.ts';
import { type CallbackSender, refusalUrl } from './send-callback.ts';
import { parameter } from './sns-endpoints.ts';
import { spoilReply } from './spoil-reply.ts';

type Answering = { response: ServerResponse; call: Call };

/** The browser's side, open.weixin.qq.com. Whoever gets an error page stays there: the callback never runs. */
export function createAuthorizer(deps: {
  accounts: Accounts;
  behaviour: Behaviour;
  people: People;
  callbacks: CallbackSender;
  faults: Faults;
  log: CallLog;
  now: () => number;
  /** Where logins that are tried from the panel come back to. */
  tryCallback: () => string;
}) {
  const { accounts, behaviour, people, callbacks, faults, log, now, tryCallback } = deps;
  const consent = createConsentDecider({ behaviour, faults, now });
  const snapshots: AuthorizeRequest[] = [];

  function begin(rawQuery: string): { call: Call; asked: AuthorizeRequest | PageError } {
    const call = log.begin('authorize');
    const asked = checkAuthorizeUrl(rawQuery, {
      accounts,
      strictOrder: behaviour.strictOrder,
      tryCallback: tryCallback(),
    });
    if (!isPageError(asked)) {
      call.appid = asked.account.appid;
      call.state = asked.state;
    }
    return { call, asked };
  }

  function show({ response, call }: Answering, html: string, headers = {}): void {
    showPage(response, html, headers);
    log.answered(call, response);
  }

  function redirect({ response, call }: Answering, location: string, headers = {}): void {
    redirectTo(response, location, headers);
    log.answered(call, response);
  }

  function showError(exchange: Answering, error: PageError): void {
    exchange.call.errcode = error.code;
    show(exchange, errorPage(error));
  }

  async function grant(
    { request, response, call }: Answering & { request: IncomingMessage },
    asked: AuthorizeRequest,
    { person, snapshot, headers = {} }: { person: string; snapshot: boolean; headers?: object },
  ): Promise<void> {
    const userAgent = request.headers['user-agent'] ?? '';
    const { url, code } = await callbacks.send(asked, { person, snapshot, userAgent });
    if (snapshot) snapshots.unshift(asked);
    else consent.remember(asked, person);
    snapshots.length = Math.min(snapshots.length, 5);
    call.person = person;
    call.code = code;
    call.errcode = 0;
    redirect({ response, call }, url, headers);
  }

  async function open(
    request: IncomingMessage,
    response: ServerResponse,
    rawQuery: string,
    { isFullService = false } = {},
  ): Promise<void> {
    const { call, asked } = begin(rawQuery);
    const { delayMs, spoiling } = faults.strike(call);
    if (delayMs > 0) await wait(delayMs, undefined, { ref: false });
    if (response.destroyed) return;
    if (spoiling) {
      call.fault = spoiling.kind;
      spoilReply(response, '', spoiling);
      return log.answered(call, response);
    }
    const isWeChat = /MicroMessenger/i.test(request.headers['user-agent'] ?? '');
    if (behaviour.requireWeChatUserAgent && !isWeChat) return show({ response, call }, outsideWeChatPage());
    if (isPageError(asked)) return showError({ response, call }, asked);
    const named = namedPerson(request, asked.person);
    const person = named || rememberedPerson(request) || behaviour.person;
    const decision = consent.decide(asked, { named, person, isFullService }, call);
    if (decision === 'ask') {
      // Whoever was here before has the same place in the list.
      const choices = [...new Set([...presetIds, person])].map((id) => people.find(id));
      return show({ response, call }, consentPage({ asked, choices, chosen: person }));
    }
    return grant({ request, response, call }, asked, { person, snapshot: decision === 'snapshot' });
  }

  /** The consent page's form: `query` (the authorize URL's), `person` or `other`, `decision` = allow | refuse | snapshot. */
  async function decideConsent(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = parse(await readBody(request));
    const { call, asked } = begin(parameter(form, 'query'));
    if (isPageError(asked)) return showError({ response, call }, asked);
    const decision = parameter(form, 'decision');
    const chosen = parameter(form, 'other').trim() || parameter(form, 'person');
    const person = personIdSchema.safeParse(chosen).success ? chosen : behaviour.person;
    const headers = rememberPerson(person);
    if (decision === 'refuse') {
      if (behaviour.refusal === 'redirect') return redirect({ response, call }, refusalUrl(asked), headers);
      return show({ response, call }, refusedPage(), headers);
    }
    return grant({ request, response, call }, asked, { person, snapshot: decision === 'snapshot', headers });
  }

  /** What WeChat draws around a snapshot page: the product's own page opens in another tab, since it forbids framing. */
  function showSnapshotFrame(response: ServerResponse, rawQuery: string): void {
    const { call, asked } = begin(rawQuery);
    if (isPageError(asked)) showError({ response, call }, asked);
    else show({ response, call }, snapshotPage(asked));
  }

  return {
    open,
    decideConsent,
    showSnapshotFrame,
    /** The latest few, newest first: their second round begins at the home page too. */
    snapshots: snapshots as readonly AuthorizeRequest[],
  };
}

export type Authorizer = ReturnType<typeof createAuthorizer>;
