import { takeRandom } from './random.ts';

/** WeChat's own wording where it was seen; the rest says what the tables say. */
const messages: Record<number, string> = {
  [-1]: 'system error',
  40001: 'invalid credential, access_token is invalid or not latest',
  40002: 'invalid grant_type',
  40003: 'invalid openid',
  40013: 'invalid appid',
  40014: 'invalid access_token',
  40029: 'invalid code',
  40030: 'invalid refresh_token',
  40066: 'invalid url',
  40125: 'invalid appsecret',
  40163: 'code been used',
  40226: 'code blocked',
  40243: 'AppSecret has been frozen',
  41001: 'access_token missing',
  41002: 'appid missing',
  41003: 'refresh_token missing',
  41004: 'appsecret missing',
  41008: 'missing code',
  41009: 'missing openid',
  42001: 'access_token expired',
  42002: 'refresh_token expired',
  42003: 'oauth_code expired',
  42007: 'access_token and refresh_token exception, password changed',
  43001: 'require GET method',
  43002: 'require POST method',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, must slower, retry next minute',
  47001: 'data format error',
  48001: 'api unauthorized',
  48004: 'api forbidden for irregularities, view detail on mp.weixin.qq.com',
  50001: 'user unauthorized',
  50002: 'user limited',
};

/** The rid's first group is the unix time in hex: seen in real logs. */
function createRid(now: number): string {
  const seconds = Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0');
  const rest = takeRandom(8).toString('hex');
  return `${seconds}-${rest.slice(0, 8)}-${rest.slice(8)}`;
}

/** It tells the address that it saw: the one that is to be added to the list. */
function messageOf(errcode: number, address: string): string {
  const seen = address.replace(/^::ffff:/, '');
  if (errcode === 40164)
    return `invalid ip ${seen} ipv6 ${seen.includes(':') ? seen : `::ffff:${seen}`}, not in whitelist`;
  return messages[errcode] ?? 'error';
}

/** `address`: whence the call came. */
export function errorBody(
  errcode: number,
  now: number,
  { errmsg, address = '127.0.0.1' }: { errmsg?: string | undefined; address?: string | undefined } = {},
): string {
  return JSON.stringify({
    errcode,
    errmsg: `${errmsg ?? messageOf(errcode, address)}, rid: ${createRid(now)}`,
  });
}
