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

/** What is known of an errcode. `isCodeRefused`: WeChat does not take the code: made up, used, old, or another account's. */
export type Errcode = { readonly remedy: Remedy; readonly isCodeRefused?: true };

const reauthorize = { remedy: 'reauthorize' } as const;
const codeRefused = { remedy: 'reauthorize', isCodeRefused: true } as const;
const misconfigured = { remedy: 'misconfigured' } as const;
const refused = { remedy: 'refused' } as const;
const refresh = { remedy: 'refresh' } as const;
const retry = { remedy: 'retry' } as const;
const pause = { remedy: 'pause' } as const;
const exhausted = { remedy: 'exhausted' } as const;

/**
 * Every errcode that somebody documented, in one place: the worker's next step, the account's standing and the metrics' labels
 * take it from here. The official return-code tables (developers.weixin.qq.com, errCode.html) and api_snsaccesstoken. Match the
 * number, never errmsg.
 */
export const errcodes: ReadonlyMap<number, Errcode> = new Map<number, Errcode>([
  [-1, retry], // system error; the code may be burnt all the same
  [40001, refresh],
  [40002, misconfigured],
  [40003, reauthorize],
  [40013, misconfigured], // invalid appid
  [40014, refresh],
  [40029, codeRefused], // invalid code: expired, reused, wrong, another account's
  [40030, reauthorize], // invalid refresh_token
  [40066, misconfigured],
  [40125, misconfigured], // invalid appsecret
  [40163, codeRefused], // code been used
  [40164, misconfigured], // our address is not on the IP list
  [40226, refused], // risky user
  [40243, misconfigured], // AppSecret frozen
  [41001, misconfigured],
  [41002, misconfigured],
  [41003, misconfigured],
  [41004, misconfigured],
  [41008, codeRefused],
  [41009, misconfigured],
  [41018, misconfigured], // this and 61003 to 61014: the account's logins belong to a third-party platform
  [42001, refresh],
  [42002, reauthorize],
  [42003, codeRefused],
  [42007, reauthorize], // password changed: every token is dead
  [43001, misconfigured],
  [43003, misconfigured],
  [45009, exhausted], // daily quota
  [45011, pause], // minute quota
  [48001, misconfigured], // the account lacks the permission
  [48004, misconfigured], // banned
  [48006, pause],
  [50001, reauthorize],
  [50002, refused], // user frozen
  [50003, refused],
  [50004, refused],
  [50005, refused],
  [61003, misconfigured],
  [61004, misconfigured],
  [61005, misconfigured],
  [61006, misconfigured],
  [61007, misconfigured],
  [61009, codeRefused],
  [61010, codeRefused],
  [61014, misconfigured],
  [61450, retry],
  [61451, misconfigured],
]);

/** How an answer is counted: an errcode that nobody documented is `other`. */
export const countedAs = (result: number | string): string =>
  typeof result === 'number' && !errcodes.has(result) ? 'other' : String(result);
