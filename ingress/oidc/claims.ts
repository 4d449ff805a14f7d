import { subjectOf } from '#ingress/oidc/subject.ts';
import { type EnterpriseDocument, keepsUnionid } from '#models/documents/enterprise.ts';
import type { Identity } from '#models/login/ticket.ts';

/** What each scope tells. All of it is in the id token, so that a host needs no second call. */
export const claimsOfScope = {
  openid: ['sub', 'auth_time', 'amr', 'acr', 'ent_id', 'user_id', 'created'],
  profile: ['name', 'picture', 'preferred_username'],
  wechat: ['wechat_appid', 'wechat_openid', 'wechat_unionid'],
};

/** How sure WeChat was: in its own browser, or by way of another device. A host may ask more of the weaker one. */
export const acrValues = ['wechat', 'wechat-qr'] as const;

/** When WeChat named the person (seconds since 1970), and how. */
export function authenticationOf({ authenticatedAt, via }: Identity) {
  const acr: (typeof acrValues)[number] = via === 'scan' ? 'wechat-qr' : 'wechat';
  return {
    ts: Math.floor(Date.parse(authenticatedAt) / 1_000),
    amr: via === 'scan' ? ['wechat_oa', 'scan'] : ['wechat_oa'],
    acr,
  };
}

export function claimsOf(enterprise: EnterpriseDocument, identity: Identity) {
  const { userId, appid, openid, unionid, nickname, avatarUrl, created } = identity;
  const { ts, amr, acr } = authenticationOf(identity);
  return {
    sub: subjectOf(enterprise.entId, userId),
    auth_time: ts,
    amr,
    acr,
    ent_id: enterprise.entId,
    user_id: userId,
    created,
    ...(nickname && { name: nickname }),
    ...(avatarUrl && { picture: avatarUrl }),
    preferred_username: userId,
    wechat_appid: appid,
    wechat_openid: openid,
    ...(keepsUnionid(enterprise) && unionid !== undefined && { wechat_unionid: unionid }),
  };
}
