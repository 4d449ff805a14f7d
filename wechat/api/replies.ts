import { z } from 'zod';

/** A token as the ledger keeps it, sealed, until the login is settled. */
export type Token = {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly openid: string;
  readonly unionid?: string | undefined;
  readonly isSnapshot: boolean;
  /** Of snsapi_base: userinfo would answer 48001. */
  readonly isBase: boolean;
};

export type Profile = {
  readonly nickname: string;
  readonly avatarUrl: string;
  readonly unionid?: string | undefined;
};

/** A token. */
export const opaquePattern = /^[\x21-\x7e]{1,1024}$/;
/** An openid, a unionid. */
export const idPattern = /^[0-9A-Za-z_-]{1,128}$/;
const opaque = z.string().regex(opaquePattern);
const openid = z.string().regex(idPattern);
const unionid = openid.optional().catch(undefined);

/** Success has no errcode, except /sns/auth which sends 0: test the value, not its presence. */
export const errorReply = z.object({
  errcode: z.coerce
    .number()
    .int()
    .refine((errcode) => errcode !== 0),
});

/** developers.weixin.qq.com api_snsaccesstoken: `is_snapshotuser` is there only when it is 1; `scope` is comma-separated. */
export const tokenReply = z
  .object({
    access_token: opaque,
    refresh_token: opaque.catch(''),
    openid,
    unionid,
    is_snapshotuser: z.coerce.number().catch(0).default(0),
    scope: z.string().catch(''),
  })
  .transform(
    (reply): Token => ({
      accessToken: reply.access_token,
      refreshToken: reply.refresh_token,
      openid: reply.openid,
      unionid: reply.unionid,
      isSnapshot: reply.is_snapshotuser === 1,
      isBase: reply.scope === 'snsapi_base',
    }),
  );

/** developers.weixin.qq.com api_snsuserinfo: headimgurl is empty for a person without an avatar; sex and region are no longer told. */
export const userinfoReply = z
  .object({ openid, nickname: z.string().catch(''), headimgurl: z.string().catch(''), unionid })
  .transform((reply) => ({
    openid: reply.openid,
    profile: {
      nickname: cleanNickname(reply.nickname),
      avatarUrl: cleanAvatarUrl(reply.headimgurl),
      unionid: reply.unionid,
    } satisfies Profile,
  }));

const nicknameLimit = 64;

/** Emoji stay; lone surrogates, control characters and the marks that turn writing around do not. */
export function cleanNickname(nickname: string): string {
  const text = nickname
    .toWellFormed()
    .replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '')
    .trim();
  return text.length <= nicknameLimit ? text : [...text].slice(0, nicknameLimit).join('');
}

export function cleanAvatarUrl(url: string): string {
  return url.length <= 1024 && /^https?:\/\//.test(url) && URL.canParse(url) ? url : '';
}
