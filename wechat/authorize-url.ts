import type { Scope } from '#models/login/status.ts';

/**
 * Where WeChat asks the person. The parameters stand in the documented order and the fragment is part of it: WeChat
 * matches the whole link against a pattern (developers.weixin.qq.com, 网页授权).
 */
export function authorizeUrl(options: {
  openOrigin: string;
  publicUrl: string;
  appid: string;
  scope: Scope;
  state: string;
}): string {
  const redirectUri = encodeURIComponent(`${options.publicUrl}/wechat/callback`);
  return (
    `${options.openOrigin}/connect/oauth2/authorize?appid=${encodeURIComponent(options.appid)}` +
    `&redirect_uri=${redirectUri}&response_type=code&scope=${options.scope}&state=${options.state}#wechat_redirect`
  );
}
