import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import { createAccountToken } from './account-token.ts';
import { type AccountInput, createAccounts } from './accounts.ts';
import { createPanelAnswerer } from './answer-panel.ts';
import { createPhoneAnswerer } from './answer-phones.ts';
import { createSnsAnswerer } from './answer-sns.ts';
import { createAuthorizer } from './authorize.ts';
import { type BehaviourChanges, createBehaviour } from './behaviour.ts';
import { createCallLog, type Endpoint } from './call-log.ts';
import { createCodes } from './codes.ts';
import { createControl } from './control.ts';
import { createControlApi } from './control-api.ts';
import { createFaults } from './faults.ts';
import { homePage } from './home-page.ts';
import { languageOf } from './language.ts';
import { tryCallbackPath } from './panel-accounts.ts';
import { showPanel } from './panel-layout.ts';
import { panelWords } from './panel-words.ts';
import { createPeople, presetIds } from './people.ts';
import { createPhones } from './phones.ts';
import { createQrConnect } from './qr-connect.ts';
import { createQuotas } from './quotas.ts';
import { BodyTooLarge } from './read-body.ts';
import { createCallbackSender } from './send-callback.ts';
import { createBrowserServer } from './serve-browser.ts';
import { createSnsEndpoints } from './sns-endpoints.ts';
import { createStableToken } from './stable-token.ts';
import { createTokens } from './tokens.ts';
import { createTryLogin } from './try-login.ts';

export type SimulatorOptions = {
  /** appid → its secret, or the whole account. */
  accounts?: Record<string, string | AccountInput>;
  behaviour?: BehaviourChanges;
  /** false: keep no call log (benches). */
  log?: boolean;
  /** Calls kept; the oldest fall out. */
  logCapacity?: number;
  /** Of faults with a probability or a spread. */
  seed?: number;
  /** Where browsers reach the simulator; avatars live there. */
  publicUrl?: string;
  now?: () => number;
};

const apiPaths = new Map<string, Endpoint>([
  ['/sns/oauth2/access_token', 'access_token'],
  ['/sns/oauth2/refresh_token', 'refresh_token'],
  ['/sns/userinfo', 'userinfo'],
  ['/sns/auth', 'auth'],
  ['/cgi-bin/token', 'token'],
]);

/** A WeChat without a listener: `handler` is for `node:http`, `control` steers and reads it. Call `close` when done. */
export function createSimulator(options: SimulatorOptions = {}) {
  const { now = Date.now, seed = 1, logCapacity = 200_000, log: isLogging = true } = options;
  let publicUrl = options.publicUrl ?? '';
  let ownUrl = '';
  const tryCallback = () => publicUrl + tryCallbackPath;
  const behaviours = createBehaviour({ log: isLogging, ...options.behaviour });
  const behaviour = behaviours.current;
  const accounts = createAccounts();
  for (const [appid, account] of Object.entries(options.accounts ?? {})) {
    accounts.put(appid, typeof account === 'string' ? { secret: account } : account);
  }
  const people = createPeople({ avatarOrigin: () => publicUrl || 'https://thirdwx.qlogo.cn' });
  const codes = createCodes({ behaviour, now });
  const tokens = createTokens({ behaviour, now });
  const faults = createFaults({ seed });
  const log = createCallLog({ behaviour, now, capacity: logCapacity });
  const checkQuota = createQuotas({ behaviour, accounts, now });
  const endpoints = createSnsEndpoints({ accounts, behaviour, codes, tokens, people, faults, checkQuota });
  const stableToken = createStableToken({ accounts, behaviour, checkQuota, now });
  const accountToken = createAccountToken({ accounts, behaviour, checkQuota });
  const answerSns = createSnsAnswerer({
    endpoints,
    accountToken,
    stableToken,
    behaviour,
    codes,
    tokens,
    faults,
    log,
    now,
  });
  const callbacks = createCallbackSender({ behaviour, codes, people, faults, log, now });
  const authorizer = createAuthorizer({
    accounts,
    behaviour,
    people,
    callbacks,
    faults,
    log,
    now,
    tryCallback,
  });
  const qrConnect = createQrConnect({
    accounts,
    behaviour,
    people,
    callbacks,
    log,
    now,
    publicUrl: () => publicUrl,
    tryCallback,
  });
  const tryLogin = createTryLogin({ accounts, codes, ownUrl: () => ownUrl, publicUrl: () => publicUrl });
  const phones = createPhones();
  const control = createControl({ behaviour: behaviours, accounts, people, codes, faults, log });

  const serveBrowser = createBrowserServer({
    authorizer,
    qrConnect,
    tryLogin,
    phones: createPhoneAnswerer({ phones, people }),
    answerSns,
    serveControl: createControlApi(control, phones),
    pressFault: createPanelAnswerer({ faults }),
    publicUrl: () => publicUrl,
    now,
    showHome: (request, response) =>
      showPanel(
        response,
        homePage({
          url: publicUrl,
          accounts: accounts.list(),
          faults: faults.list(),
          calls: log.latest(50),
          snapshots: authorizer.snapshots,
          people: presetIds.map((id) => people.find(id)),
          chosen: behaviour.person,
          words: panelWords[languageOf(request)],
        }),
        publicUrl,
      ),
  });

  function handler(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const rawQuery = mark < 0 ? '' : url.slice(mark + 1);
    const endpoint = apiPaths.get(path);
    if (endpoint) answerSns(endpoint, request, response, parse(rawQuery));
    else serveInBrowser(request, response, path, rawQuery);
  }

  function serveInBrowser(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    rawQuery: string,
  ): void {
    serveBrowser(request, response, path, rawQuery).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else
        response
          .writeHead(error instanceof BodyTooLarge ? 413 : 500, { 'Content-Type': 'text/plain' })
          .end(String(error));
    });
  }

  return {
    handler,
    control,
    /** Told once the listener knows its port. */
    setPublicUrl: (url: string): void => {
      ownUrl = url;
      publicUrl = options.publicUrl ?? url;
    },
    close: callbacks.close,
  };
}

export type Simulator = ReturnType<typeof createSimulator>;
