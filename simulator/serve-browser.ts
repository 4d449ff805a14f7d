import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuseForeign } from './answer-panel.ts';
import type { createPhoneAnswerer } from './answer-phones.ts';
import type { AnswerSns } from './answer-sns.ts';
import type { Authorizer } from './authorize.ts';
import { drawAvatar } from './avatar.ts';
import type { createControlApi } from './control-api.ts';
import { answerNotSimulated } from './not-simulated.ts';
import type { QrConnect } from './qr-connect.ts';
import { readQrModule } from './qr-reader.ts';
import { readBody } from './read-body.ts';
import { isForeign } from './refuse-foreign.ts';
import { readJsonParameters } from './stable-token.ts';
import type { createTryLogin } from './try-login.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, rawQuery: string) => void | Promise<void>;

/** Every path but those below /sns/: WeChat's pages for browsers, the panel, the control API. */
export function createBrowserServer(deps: {
  authorizer: Authorizer;
  qrConnect: QrConnect;
  tryLogin: ReturnType<typeof createTryLogin>;
  phones: ReturnType<typeof createPhoneAnswerer>;
  answerSns: AnswerSns;
  serveControl: ReturnType<typeof createControlApi>;
  showHome: (request: IncomingMessage, response: ServerResponse) => void;
  pressFault: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  publicUrl: () => string;
  now: () => number;
}) {
  const { authorizer, qrConnect, tryLogin, phones, answerSns, serveControl, showHome, pressFault } = deps;

  const own =
    (answer: Answer): Answer =>
    (request, response, rawQuery) =>
      isForeign(request, deps.publicUrl()) ? refuseForeign(response) : answer(request, response, rawQuery);

  const routes: Record<string, Answer> = {
    'GET /connect/oauth2/authorize': authorizer.open,
    'GET /connect/oauth2/full-service': (request, response, rawQuery) =>
      authorizer.open(request, response, rawQuery, { isFullService: true }),
    'POST /connect/oauth2/consent': authorizer.decideConsent,
    'GET /connect/oauth2/snapshot': (_, response, rawQuery) =>
      authorizer.showSnapshotFrame(response, rawQuery),
    'GET /connect/qrconnect': (_, response, rawQuery) => qrConnect.show(response, rawQuery),
    'GET /connect/l/qrconnect': (_, response, rawQuery) => qrConnect.tell(response, rawQuery),
    'GET /connect/qrconnect/leave': (_, response, rawQuery) => qrConnect.leave(response, rawQuery),
    'GET /connect/confirm': qrConnect.ask,
    'POST /connect/confirm': qrConnect.decide,
    'GET /phone': (_, response, rawQuery) => phones.show(response, rawQuery),
    'POST /phone': phones.act,
    'GET /': showHome,
    'POST /panel/faults': own(pressFault),
    'GET /try': (_, response, rawQuery) => tryLogin.begin(response, rawQuery),
    'GET /try/callback': tryLogin.show,
    'POST /try/trade': own(tryLogin.trade),
  };

  return async function serveBrowser(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    rawQuery: string,
  ): Promise<void> {
    const route = routes[`${request.method} ${path}`];
    if (route) return route(request, response, rawQuery);
    if (path === '/cgi-bin/stable_token')
      return answerSns('stable_token', request, response, readJsonParameters(await readBody(request)));
    if (path.startsWith('/_simulator/')) {
      if (request.method !== 'GET' && isForeign(request, deps.publicUrl())) return refuseForeign(response);
      return serveControl(request, response, path, rawQuery);
    }
    const avatar = /^\/mmopen\/vi_32\/([0-9a-f]+)\//.exec(path);
    if (avatar?.[1]) return sendText(response, 'image/svg+xml', drawAvatar(avatar[1]));
    const script = await readQrModule(path);
    if (script) return sendText(response, 'text/javascript', script);
    answerNotSimulated(response, path, deps.now());
  };
}

function sendText(response: ServerResponse, type: string, body: string): void {
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }).end(body);
}
