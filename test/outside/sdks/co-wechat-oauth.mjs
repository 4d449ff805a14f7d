import { createInterface } from 'node:readline/promises';
import OAuth from 'co-wechat-oauth';

const [simulator, appid, secret, callback] = process.argv.slice(2);
const tell = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

const toSimulator = (url) => url.replace(/^https:\/\/(open|api)\.weixin\.qq\.com/, simulator);

class SimulatedOAuth extends OAuth {
  getAuthorizeURL(...given) {
    return toSimulator(super.getAuthorizeURL(...given));
  }
  request(url, options) {
    return super.request(toSimulator(url), options);
  }
}

const oauth = new SimulatedOAuth(appid, secret);
tell({ authorize: oauth.getAuthorizeURL(callback, 'login1', 'snsapi_userinfo') });
const input = createInterface({ input: process.stdin });
const code = await input.question('');
input.close();

const { data: token } = await oauth.getAccessToken(code);
const { data: refreshed } = await oauth.refreshAccessToken(token.refresh_token);
const user = await oauth.getUser({ openid: token.openid, lang: 'zh_CN' });
const again = await oauth.getAccessToken(code).catch((error) => error);
tell({
  token: token.openid,
  refreshed: refreshed.openid,
  user: { openid: user.openid, nickname: user.nickname },
  errcode: again.code,
});
