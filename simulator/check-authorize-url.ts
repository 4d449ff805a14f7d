import { parse } from 'node:querystring';
import { type Account, type Accounts, coversRedirect } from './accounts.ts';
import { parseUrl } from './parse-url.ts';
import { parameter } from './sns-endpoints.ts';

export type AuthorizeRequest = {
  account: Account;
  redirectUri: URL;
  scope: string;
  state: string;
  forcePopup: boolean;
  forceSnapShot: boolean;
  /** `person=`, the simulator's own parameter: who makes this request. */
  person: string;
  rawQuery: string;
};

/** What the error page says; the code only where WeChat's table has one. */
export type PageError = { code: number | null; text: string };

const pageErrors: Record<number, string> = {
  10003: 'redirect_uri域名与后台配置不一致',
  10004: '此公众号被封禁',
  10005: '此公众号并没有这些scope的权限',
  10006: '必须关注此测试号',
  10009: '操作太频繁了，请稍后重试',
  10010: 'scope不能为空',
  10011: 'redirect_uri不能为空',
  10012: 'appid不能为空',
  10013: 'state不能为空',
  10015: '公众号未授权第三方平台，请检查授权状态',
  10016: '不支持微信开放平台的Appid，请使用公众号Appid',
};
const page = (code: number): PageError => ({ code, text: pageErrors[code] ?? '系统错误' });
const said = (text: string): PageError => ({ code: null, text });

const documentedOrder = ['appid', 'redirect_uri', 'response_type', 'scope', 'state'];

/**
 * "微信会对授权链接做正则强匹配校验": the five documented parameters come first and in this order. An unencoded redirect_uri
 * falls through here too, since its own `&x=y` stands between. What follows state (forcePopup, connect_redirect, what WeChat's
 * tools add) is free.
 */
function isInOrder(rawQuery: string): boolean {
  const names = rawQuery.split('&').map((pair) => pair.slice(0, pair.indexOf('=')));
  const theirs = names.filter((name) => name !== 'person');
  return documentedOrder.every((name, index) => theirs[index] === name);
}

function parseRedirect(text: string): URL | null {
  const url = parseUrl(text);
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? url : null;
}

/** Reads the query of an authorize URL as WeChat does, or tells what its error page says. */
export function checkAuthorizeUrl(
  rawQuery: string,
  { accounts, strictOrder, tryCallback }: { accounts: Accounts; strictOrder: boolean; tryCallback: string },
): AuthorizeRequest | PageError {
  const query = parse(rawQuery);
  const appid = parameter(query, 'appid');
  const redirect = parameter(query, 'redirect_uri');
  const scope = parameter(query, 'scope');
  const state = parameter(query, 'state');
  if (!appid) return page(10012);
  if (!redirect) return page(10011);
  if (!scope) return page(10010);
  if (!state) return page(10013);
  if (state.length > 128) return said('state参数过长 state too long');
  if (!/^[A-Za-z0-9]+$/.test(state)) return said('state参数错误');
  if (parameter(query, 'response_type') !== 'code') return said('response_type参数错误');
  if (strictOrder && !isInOrder(rawQuery)) return said('该链接无法访问');
  const account = accounts.find(appid);
  if (!account) return said('AppID参数错误');
  if (account.kind === 'website') return page(10016);
  if (account.pageError) return page(account.pageError);
  // The simulator plays no third-party platform, so nobody has authorised one.
  if (parameter(query, 'component_appid')) return page(10015);
  const redirectUri = parseRedirect(redirect);
  if (!redirectUri) return said('redirect_uri参数错误');
  // A login that is only tried comes back to the simulator, whatever the account's domains are.
  if (redirectUri.href !== tryCallback && !coversRedirect(account.domains, redirectUri)) return page(10003);
  if (!scope.split(',').every((one) => (account.scopes as string[]).includes(one))) return page(10005);
  return {
    account,
    redirectUri,
    scope,
    state,
    forcePopup: parameter(query, 'forcePopup') === 'true',
    forceSnapShot: parameter(query, 'forceSnapShot') === 'true',
    person: parameter(query, 'person'),
    rawQuery,
  };
}

export const isPageError = (checked: AuthorizeRequest | PageError): checked is PageError => 'text' in checked;
