import { WeChatError, WeChatUnreachable } from '#wechat/api/errors.ts';
import { type Answer, CallFailed, type Get } from '#wechat/api/get.ts';
import { readError, readToken, readUserinfo } from '#wechat/api/read-replies.ts';
import { seenAddress } from '#wechat/api/seen-address.ts';
import type { Endpoint } from '#wechat/errcodes.ts';
import type { ApiRequest, LoginSource } from '#wechat/sources/login-source.ts';

export type CallResult = 'ok' | 'timeout' | 'network' | 'malformed' | 'http' | number;
type TokenWish = Parameters<LoginSource['tokenRequest']>[0] & {
  readonly source: LoginSource;
  readonly timeLeftMs: number;
};
export type WeChatClient = ReturnType<typeof createWeChatClient>;

/**
 * WeChat's three calls, each sent once: no retry lives here, since a code works once.
 * They throw WeChatError (an errcode) and WeChatUnreachable (no readable answer within `timeLeftMs` or the call's own limit).
 * `onCall` hears of every call's result, its duration in ms, whose account it was, and the address that WeChat refused.
 */
export function createWeChatClient(deps: {
  get: Get;
  timeoutMs: number;
  onCall?: (
    endpoint: Endpoint,
    result: CallResult,
    durationMs: number,
    of: { readonly appid: string; readonly address?: string | undefined },
  ) => void;
}) {
  const { get, timeoutMs, onCall = () => {} } = deps;

  async function call<T>(
    { endpoint, appid }: { endpoint: Endpoint; appid: string },
    request: ApiRequest,
    read: (json: unknown) => T | undefined,
    timeLeftMs: number,
  ): Promise<T> {
    const begun = performance.now();
    const tell = (result: CallResult, address?: string) =>
      onCall(endpoint, result, performance.now() - begun, { appid, address });
    try {
      const answer = await get(urlOf(request), Math.min(timeoutMs, timeLeftMs));
      const reply = parse(endpoint, answer, read);
      tell('ok');
      return reply;
    } catch (error) {
      const failure = error instanceof CallFailed ? toUnreachable(endpoint, error) : error;
      if (failure instanceof WeChatError) tell(failure.errcode, failure.address);
      if (failure instanceof WeChatUnreachable) tell(failure.kind);
      throw failure;
    }
  }

  return {
    /** Trades the code for a token. The first answer WeChat gives spends the code, even one that never reaches us. */
    fetchToken: ({ source, timeLeftMs, ...given }: TokenWish) =>
      call({ endpoint: 'token', appid: given.appid }, source.tokenRequest(given), readToken, timeLeftMs),

    /** A new access token for a dead one; needs no secret. */
    refreshToken(given: { appid: string; refreshToken: string; timeLeftMs: number }) {
      const { appid, refreshToken, timeLeftMs } = given;
      const query = { appid, grant_type: 'refresh_token', refresh_token: refreshToken };
      const request = { path: '/sns/oauth2/refresh_token', query };
      return call({ endpoint: 'refresh', appid }, request, readToken, timeLeftMs);
    },

    /** May be repeated at will. */
    async fetchUserinfo(given: {
      appid: string;
      accessToken: string;
      openid: string;
      lang: string;
      timeLeftMs: number;
    }) {
      const query = { access_token: given.accessToken, openid: given.openid, lang: given.lang };
      const request = { path: '/sns/userinfo', query };
      const { openid, profile } = await call(
        { endpoint: 'userinfo', appid: given.appid },
        request,
        readUserinfo,
        given.timeLeftMs,
      );
      // Another person's profile must never be shown for this one.
      if (openid !== given.openid) throw new WeChatUnreachable('userinfo', 'malformed', true);
      return profile;
    },
  };
}

/** By hand, since URLSearchParams takes longer than all the rest of a call's preparation. */
export function urlOf({ path, query }: ApiRequest): string {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`,
  );
  return `${path}?${pairs.join('&')}`;
}

/** Passes over a byte order mark, which JSON.parse does not. */
const utf8 = new TextDecoder();

/**
 * WeChat passes on what people type into a nickname: a raw control character, a backslash before any letter. JSON allows
 * neither, and the person would have no name at any login for that.
 */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const mended = text
      .replace(/\p{Cc}/gu, '')
      .replace(/\\(["\\/bfnrt]|u[0-9a-fA-F]{4})|\\/g, (sequence, known?: string) => (known ? sequence : ''));
    return JSON.parse(mended);
  }
}

/** The body is UTF-8 JSON whatever Content-Type says (it says text/plain; panva/oauth4webapi#155). */
function parse<T>(endpoint: Endpoint, answer: Answer, read: (json: unknown) => T | undefined): T {
  let json: unknown;
  try {
    json = readJson(utf8.decode(answer.body));
  } catch {
    // The parser's message would quote the body.
    throw new WeChatUnreachable(endpoint, answer.status === 200 ? 'malformed' : 'http', true);
  }
  const errcode = readError(json);
  if (errcode !== undefined) throw new WeChatError(errcode, endpoint, seenAddress(errcode, json));
  if (answer.status !== 200) throw new WeChatUnreachable(endpoint, 'http', true);
  const reply = read(json);
  if (reply === undefined) throw new WeChatUnreachable(endpoint, 'malformed', true);
  return reply;
}

function toUnreachable(endpoint: Endpoint, failure: CallFailed): WeChatUnreachable {
  const kind = failure.kind === 'oversized' ? 'malformed' : failure.kind;
  return new WeChatUnreachable(endpoint, kind, failure.wasSent, failure.cause);
}
