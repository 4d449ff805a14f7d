import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import { type AccountInput, createAccounts } from './accounts.ts';
import { showPage } from './answer-browser.ts';
import { createPhoneAnswerer } from './answer-phones.ts';
import { createSnsAnswerer } from './answer-sns.ts';
import { createAuthorizer } from './authorize.ts';
import { drawAvatar } from './avatar.ts';
import { type BehaviourChanges, createBehaviour } from './behaviour.ts';
import { createCallLog, type SnsEndpoint } from './call-log.ts';
import { createCodes } from './codes.ts';
import { createControl } from './control.ts';
import { createControlApi } from './control-api.ts';
import { createFaults } from './faults.ts';
import { homePage } from './home-page.ts';
import { createPeople, presetIds } from './people.ts';
import { createPhones } from './phones.ts';
import { readQrModule } from './qr-reader.ts';
import { createQuotas } from './quotas.ts';
import { BodyTooLarge, readBody } from './read-body.ts';
import { createCallbackSender } from './send-callback.ts';
import { createSnsEndpoints } from './sns-endpoints.ts';
import { errorBody } from './sns-errors.ts';
import { createStableToken, readJsonParameters } from './stable-token.ts';
import { createTokens } from './tokens.ts';

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

const snsPaths = new Map<string, SnsEndpoint>([
  ['/sns/oauth2/access_token', 'access_token'],
  ['/sns/oauth2/refresh_token', 'refresh_token'],
  ['/sns/userinfo', 'userinfo'],
  ['/sns/auth', 'auth'],
]);

/** A WeChat without a listener: `handler` is for `node:http`, `control` steers and reads it. Call `close` when done. */
export function createSimulator(options: SimulatorOptions = {}) {
  const { now = Date.now, seed = 1, logCapacity = 200_000, log: isLogging = true } = options;
  let publicUrl = options.publicUrl ?? '';
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
  const endpoints = createSnsEndpoints({ accounts, behaviour, codes, tokens, people, checkQuota });
  const stableToken = createStableToken({ accounts, behaviour, checkQuota, now });
  const answerSns = createSnsAnswerer({ endpoints, stableToken, behaviour, codes, tokens, faults, log, now });
  const callbacks = createCallbackSender({ behaviour, codes, people, log, now });
  const authorizer = createAuthorizer({ accounts, behaviour, people, callbacks, faults, log, now });
  const phones = createPhones();
  const answerPhones = createPhoneAnswerer({ phones, people });
  const control = createControl({ behaviour: behaviours, accounts, people, codes, faults, log });
  const serveControl = createControlApi(control, phones);

  function sendText(response: ServerResponse, status: number, type: string, body: string): void {
    response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }).end(body);
  }

  async function browse(request: IncomingMessage, response: ServerResponse, path: string, rawQuery: string) {
    switch (`${request.method} ${path}`) {
      case 'GET /connect/oauth2/authorize':
        return authorizer.open(request, response, rawQuery);
      case 'GET /connect/oauth2/full-service':
        return authorizer.open(request, response, rawQuery, { isFullService: true });
      case 'POST /connect/oauth2/consent':
        return authorizer.decideConsent(request, response);
      case 'GET /connect/oauth2/snapshot':
        return authorizer.showSnapshotFrame(response, rawQuery);
      case 'GET /phone':
        return answerPhones.show(response, rawQuery);
      case 'POST /phone':
        return answerPhones.act(request, response);
      case 'GET /':
        return showPage(
          response,
          homePage({
            url: publicUrl,
            accounts: accounts.list(),
            snapshots: authorizer.snapshots,
            people: presetIds.map((id) => people.find(id)),
            chosen: behaviour.person,
          }),
        );
    }
    if (path === '/cgi-bin/stable_token')
      return answerSns('stable_token', request, response, readJsonParameters(await readBody(request)));
    if (path.startsWith('/_simulator/')) return serveControl(request, response, path, rawQuery);
    const avatar = /^\/mmopen\/vi_32\/([0-9a-f]+)\//.exec(path);
    if (avatar?.[1]) return sendText(response, 200, 'image/svg+xml', drawAvatar(avatar[1]));
    const script = await readQrModule(path);
    if (script) return sendText(response, 200, 'text/javascript', script);
    return sendText(response, 404, 'text/plain', 'Not found: WeChat has no such page.');
  }

  function handler(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const rawQuery = mark < 0 ? '' : url.slice(mark + 1);
    const endpoint = snsPaths.get(path);
    if (endpoint) answerSns(endpoint, request, response, parse(rawQuery));
    else if (path.startsWith('/sns/')) sendText(response, 200, 'text/plain', errorBody(40066, now()));
    else serveBrowser(request, response, path, rawQuery);
  }

  function serveBrowser(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    rawQuery: string,
  ): void {
    browse(request, response, path, rawQuery).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendText(response, error instanceof BodyTooLarge ? 413 : 500, 'text/plain', String(error));
    });
  }

  return {
    handler,
    control,
    /** Told once the listener knows its port. */
    setPublicUrl: (url: string): void => {
      publicUrl = options.publicUrl ?? url;
    },
    close: callbacks.close,
  };
}

export type Simulator = ReturnType<typeof createSimulator>;
