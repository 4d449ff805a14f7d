import type { wechatEndpoints } from '#models/login/trouble.ts';

export type Endpoint = (typeof wechatEndpoints)[number];

/**
 * What to do next about an errcode:
 * `reauthorize` the person must authorise again; `retry` WeChat is busy and may or may not have used the code;
 * `pause` leave this account alone until the next minute; `exhausted` the same, though it may last until the day is over;
 * `misconfigured` only the operator can help; `refused` WeChat refuses this person; `refresh` the token is dead, a new one
 * may be had.
 */
export type Remedy =
  | 'reauthorize'
  | 'retry'
  | 'pause'
  | 'exhausted'
  | 'misconfigured'
  | 'refused'
  | 'refresh';

/** The official return-code tables (developers.weixin.qq.com, errCode.html) and api_snsaccesstoken. Match the number, never errmsg. */
const remedies = new Map<number, Remedy>([
  [-1, 'retry'], // system error; the code may be burnt all the same
  [40001, 'refresh'],
  [40002, 'misconfigured'],
  [40003, 'reauthorize'],
  [40013, 'misconfigured'], // invalid appid
  [40014, 'refresh'],
  [40029, 'reauthorize'], // invalid code: expired, reused, wrong, another account's
  [40030, 'reauthorize'], // invalid refresh_token
  [40066, 'misconfigured'],
  [40125, 'misconfigured'], // invalid appsecret
  [40163, 'reauthorize'], // code been used
  [40164, 'misconfigured'], // our address is not on the IP list
  [40226, 'refused'], // risky user
  [40243, 'misconfigured'], // AppSecret frozen
  [41001, 'misconfigured'],
  [41002, 'misconfigured'],
  [41003, 'misconfigured'],
  [41004, 'misconfigured'],
  [41008, 'reauthorize'],
  [41009, 'misconfigured'],
  [41018, 'misconfigured'], // this and 61003 to 61014: the account's logins belong to a third-party platform
  [42001, 'refresh'],
  [42002, 'reauthorize'],
  [42003, 'reauthorize'],
  [42007, 'reauthorize'], // password changed: every token is dead
  [43001, 'misconfigured'],
  [43003, 'misconfigured'],
  [45009, 'exhausted'], // daily quota
  [45011, 'pause'], // minute quota
  [48001, 'misconfigured'], // the account lacks the permission
  [48004, 'misconfigured'], // banned
  [48006, 'pause'],
  [50001, 'reauthorize'],
  [50002, 'refused'], // user frozen
  [50003, 'refused'],
  [50004, 'refused'],
  [50005, 'refused'],
  [61003, 'misconfigured'],
  [61004, 'misconfigured'],
  [61005, 'misconfigured'],
  [61006, 'misconfigured'],
  [61007, 'misconfigured'],
  [61009, 'reauthorize'],
  [61010, 'reauthorize'],
  [61014, 'misconfigured'],
  [61450, 'retry'],
  [61451, 'misconfigured'],
]);

export const knownErrcodes: ReadonlySet<number> = new Set(remedies.keys());

/** WeChat answered, with an errcode. The message holds nothing of the request. */
export class WeChatError extends Error {
  override readonly name = 'WeChatError';
  readonly errcode: number;
  readonly endpoint: Endpoint;
  constructor(errcode: number, endpoint: Endpoint) {
    super(`errcode ${errcode} from ${endpoint}`);
    this.errcode = errcode;
    this.endpoint = endpoint;
  }
}

/** WeChat gave no answer we can read. Unless `wasSent` is false, it may have used the code. */
export class WeChatUnreachable extends Error {
  override readonly name = 'WeChatUnreachable';
  readonly endpoint: Endpoint;
  readonly kind: 'timeout' | 'network' | 'malformed' | 'http';
  readonly wasSent: boolean;
  constructor(endpoint: Endpoint, kind: WeChatUnreachable['kind'], wasSent: boolean, cause?: unknown) {
    super(`${kind} from ${endpoint}`, { cause });
    this.endpoint = endpoint;
    this.kind = kind;
    this.wasSent = wasSent;
  }
}

/** WeChat does not take this code: made up, used, old, or another account's. */
const refusesCode = new Set([40029, 40163, 41008, 42003, 61009, 61010]);

export const isRefusedCode = (error: WeChatError): boolean =>
  error.endpoint === 'token' && refusesCode.has(error.errcode);

/** An errcode nobody documented is a refusal: the code is gone either way, the person can try again. */
export function remedyOf(error: WeChatError): Remedy {
  const remedy = remedies.get(error.errcode) ?? 'reauthorize';
  if (remedy !== 'refresh' || error.endpoint === 'userinfo') return remedy;
  // wechat: 40001 means a dead token at userinfo, but a wrong secret where a secret is sent; a refresh sends none.
  return error.endpoint === 'token' ? 'misconfigured' : 'reauthorize';
}
