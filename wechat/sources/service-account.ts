import type { LoginSource } from '#wechat/sources/login-source.ts';

/** A service account (服务号) in WeChat's own browser (developers.weixin.qq.com, 网页授权). */
export const serviceAccount: LoginSource = {
  /** The parameters stand in the documented order and the fragment is part of it: WeChat matches the whole link against a pattern. */
  authorizeUrl({ openOrigin, publicUrl, appid, scope, state }) {
    const redirectUri = encodeURIComponent(`${publicUrl}/wechat/callback`);
    return (
      `${openOrigin}/connect/oauth2/authorize?appid=${encodeURIComponent(appid)}` +
      `&redirect_uri=${redirectUri}&response_type=code&scope=${scope}&state=${state}#wechat_redirect`
    );
  },
  firstScope: (mode) => (mode === 'base-first' ? 'snsapi_base' : 'snsapi_userinfo'),
  tokenRequest: ({ appid, secret, code }) => ({
    path: '/sns/oauth2/access_token',
    query: { appid, secret, code, grant_type: 'authorization_code' },
  }),
};
