import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import type { AnswerSns } from './answer-sns.ts';
import type { Endpoint } from './call-log.ts';
import { BodyTooLarge } from './read-body.ts';
import type { createBrowserServer } from './serve-browser.ts';

const apiPaths = new Map<string, Endpoint>([
  ['/sns/oauth2/access_token', 'access_token'],
  ['/sns/oauth2/refresh_token', 'refresh_token'],
  ['/sns/userinfo', 'userinfo'],
  ['/sns/auth', 'auth'],
  ['/cgi-bin/token', 'token'],
]);

/** For `node:http`: the calls that need no body are answered at once, all else goes the browser's way. */
export function createHandler(deps: {
  answerSns: AnswerSns;
  serveBrowser: ReturnType<typeof createBrowserServer>;
}) {
  const { answerSns, serveBrowser } = deps;

  return function handle(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const rawQuery = mark < 0 ? '' : url.slice(mark + 1);
    const endpoint = apiPaths.get(path);
    if (endpoint) answerSns(endpoint, request, response, parse(rawQuery));
    else serveBrowser(request, response, path, rawQuery).catch((error: unknown) => tell(error, response));
  };
}

function tell(error: unknown, response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else
    response
      .writeHead(error instanceof BodyTooLarge ? 413 : 500, { 'Content-Type': 'text/plain' })
      .end(String(error));
}
