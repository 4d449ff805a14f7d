import type { Scope } from '#models/login/status.ts';

/** A call of WeChat's API: a GET of this path with this query. */
export type ApiRequest = { readonly path: string; readonly query: Readonly<Record<string, string>> };

/** A way to log in with WeChat: where the person is asked, and how what comes back is traded. */
export type LoginSource = {
  /** Where WeChat asks the person; it comes back to `{publicUrl}/wechat/callback` with a code and this `state`. */
  authorizeUrl(asked: {
    openOrigin: string;
    publicUrl: string;
    appid: string;
    scope: Scope;
    state: string;
  }): string;
  /** What a login asks for first: without the profile only where it may be asked for later (`base-first`). */
  firstScope(mode: 'snsapi_userinfo' | 'base-first'): Scope;
  /** Trades a code for a token; it answers as tokenReply of wechat/api/replies.ts reads. */
  tokenRequest(given: { appid: string; secret: string; code: string }): ApiRequest;
};
