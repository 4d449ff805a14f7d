import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ParsedUrlQuery } from 'node:querystring';
import type { AccountToken } from './account-token.ts';
import type { Behaviour } from './behaviour.ts';
import type { Call, CallLog, Endpoint } from './call-log.ts';
import type { Code, Codes } from './codes.ts';
import { drawDelay, type Faults } from './faults.ts';
import { parameter, type SnsEndpoints } from './sns-endpoints.ts';
import { errorBody } from './sns-errors.ts';
import { isUnreadable, spoilReply } from './spoil-reply.ts';
import type { StableToken } from './stable-token.ts';
import type { Tokens } from './tokens.ts';

/** WeChat's PHP-like JSON escapes slashes; `/` occurs in JSON only inside strings. */
const encode = (value: object): string => JSON.stringify(value).replaceAll('/', '\\/');

/** What a call was given; undefined where its body was no JSON. */
type Given = ParsedUrlQuery | undefined;

const okBody = '{"errcode":0,"errmsg":"ok"}';

/**
 * The transport of the calls of api.weixin.qq.com: a call is carried out on arrival and its answer then delayed, so a caller who gives up
 * has spent the code all the same, as with WeChat.
 */
export function createSnsAnswerer(deps: {
  endpoints: SnsEndpoints;
  accountToken: AccountToken;
  stableToken: StableToken;
  behaviour: Behaviour;
  codes: Codes;
  tokens: Tokens;
  faults: Faults;
  log: CallLog;
  now: () => number;
}) {
  const { endpoints, accountToken, stableToken, behaviour, codes, tokens, faults, log, now } = deps;

  function findCode(endpoint: Endpoint, query: ParsedUrlQuery): Code | undefined {
    if (endpoint === 'stable_token' || endpoint === 'token') return undefined;
    if (endpoint === 'access_token') return codes.find(parameter(query, 'code'));
    if (endpoint === 'refresh_token') return tokens.findGrant(parameter(query, 'refresh_token'))?.code;
    return tokens.findAccess(parameter(query, 'access_token'))?.grant.code;
  }

  function identify(call: Call, endpoint: Endpoint, query: ParsedUrlQuery): void {
    const code = findCode(endpoint, query);
    call.appid = parameter(query, 'appid') || code?.appid || null;
    call.code = code?.code ?? (parameter(query, 'code') || null);
    call.person = code?.person ?? null;
    if (code && endpoint === 'access_token') code.calls += 1;
  }

  function work(endpoint: Endpoint, method: string | undefined, query: Given, call: Call): number | object {
    if (endpoint === 'stable_token') return method === 'POST' ? stableToken(query) : 43002;
    if (endpoint === 'token') return method === 'GET' ? accountToken(query ?? {}) : 43001;
    return method === 'GET' ? endpoints[endpoint](query ?? {}, call) : 43001;
  }

  function carryOut(
    endpoint: Endpoint,
    { method, socket }: IncomingMessage,
    query: Given,
    call: Call,
  ): string {
    const answer = work(endpoint, method, query, call);
    if (typeof answer === 'object') {
      call.errcode = 0;
      return encode(answer);
    }
    call.errcode = answer;
    return answer === 0 ? okBody : errorBody(answer, now(), { address: socket.remoteAddress });
  }

  return function answerSns(
    endpoint: Endpoint,
    request: IncomingMessage,
    response: ServerResponse,
    query: Given,
  ): void {
    const call = log.begin(endpoint);
    identify(call, endpoint, query ?? {});
    const address = request.socket.remoteAddress;
    const { delayMs, spoiling } = faults.strike(call);
    let body = '';
    if (!spoiling || spoiling.burns) body = carryOut(endpoint, request, query, call);
    if (spoiling) {
      call.fault = spoiling.kind;
      if (spoiling.kind === 'error') {
        body = errorBody(spoiling.errcode, now(), { errmsg: spoiling.errmsg, address });
        call.errcode = spoiling.errcode;
      } else if (!spoiling.burns) {
        body = errorBody(-1, now());
        call.errcode = -1;
      }
      if (isUnreadable(spoiling)) call.errcode = null;
    }

    const send = (): void => {
      if (response.destroyed) return;
      if (spoiling) spoilReply(response, body, spoiling);
      else
        response
          .writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(body) })
          .end(body);
      log.answered(call, response);
    };
    const { latency } = behaviour;
    const waitMs = latency.ms + latency.spreadMs > 0 ? delayMs + drawDelay(latency, faults.random) : delayMs;
    // An open socket keeps the process alive while somebody waits; the timer of one who left need not.
    if (waitMs > 0) setTimeout(send, waitMs).unref();
    else send();
  };
}

export type AnswerSns = ReturnType<typeof createSnsAnswerer>;
