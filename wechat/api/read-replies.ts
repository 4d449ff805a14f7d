import {
  cleanAvatarUrl,
  cleanNickname,
  errorReply,
  idPattern,
  opaquePattern,
  type Profile,
  type Token,
  tokenReply,
  userinfoReply,
} from '#wechat/api/replies.ts';

/**
 * WeChat's replies as the schemas of replies.ts read them. Nearly all are as documented, and checking those by hand costs a
 * fraction of a schema: what is told here is what the schema would tell, and of anything else the schema is asked.
 */
type Json = Readonly<Record<string, unknown>>;

const isText = (value: unknown): value is string => typeof value === 'string';
const isOpaque = (value: unknown): value is string => isText(value) && opaquePattern.test(value);
const isId = (value: unknown): value is string => isText(value) && idPattern.test(value);

/** Undefined for what is not as documented. */
export function plainToken(json: unknown): Token | undefined {
  const { access_token, refresh_token, openid, unionid, is_snapshotuser, scope } = (json ?? {}) as Json;
  if (!isOpaque(access_token) || !isOpaque(refresh_token) || !isId(openid) || !isText(scope))
    return undefined;
  if (unionid !== undefined && !isId(unionid)) return undefined;
  if (is_snapshotuser !== undefined && is_snapshotuser !== 1) return undefined;
  return {
    accessToken: access_token,
    refreshToken: refresh_token,
    openid,
    unionid,
    isSnapshot: is_snapshotuser === 1,
    isBase: scope === 'snsapi_base',
  };
}

/** Undefined for what is not as documented. */
export function plainUserinfo(json: unknown): { openid: string; profile: Profile } | undefined {
  const { openid, nickname, headimgurl, unionid } = (json ?? {}) as Json;
  if (!isId(openid) || !isText(nickname) || !isText(headimgurl)) return undefined;
  if (unionid !== undefined && !isId(unionid)) return undefined;
  return {
    openid,
    profile: { nickname: cleanNickname(nickname), avatarUrl: cleanAvatarUrl(headimgurl), unionid },
  };
}

/** Undefined for what is no token; so the two below. */
export const readToken = (json: unknown): Token | undefined =>
  plainToken(json) ?? tokenReply.safeParse(json).data;

export const readUserinfo = (json: unknown): { openid: string; profile: Profile } | undefined =>
  plainUserinfo(json) ?? userinfoReply.safeParse(json).data;

/** The errcode of a refusal. */
export function readError(json: unknown): number | undefined {
  // A schema that does not fit makes an error with a stack, and on a success this one never fits.
  if (typeof json !== 'object' || json === null || !('errcode' in json)) return undefined;
  return errorReply.safeParse(json).data?.errcode;
}
