import { createInterface } from 'node:readline/promises';
import { promisify } from 'node:util';
import OAuth from 'wechat-oauth';

const [simulator, appid, secret, callback] = process.argv.slice(2);
const tell = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

const toSimulator = (url) => url.replace(/^https:\/\/(open|api)\.weixin\.qq\.com/, simulator);

class SimulatedOAuth extends OAuth {
  getAuthorizeURL(...given) {
    return toSimulator(super.getAuthorizeURL(...given));
  }
  request(url, options, done) {
    super.request(toSimulator(url), options, done);
  }
}

const oauth = new SimulatedOAuth(appid, secret);
const promised = (name) => promisify(oauth[name].bind(oauth));
tell({ authorize: oauth.getAuthorizeURL(callback, 'login1', 'snsapi_userinfo') });
const input = createInterface({ input: process.stdin });
const code = await input.question('');
input.close();

const { data: token } = await promised('getAccessToken')(code);
const { data: refreshed } = await promised('refreshAccessToken')(token.refresh_token);
const user = await promised('getUser')({ openid: token.openid, lang: 'zh_CN' });
const again = await promised('getAccessToken')(code).catch((error) => error);
tell({
  token: token.openid,
  refreshed: refreshed.openid,
  user: { openid: user.openid, nickname: user.nickname },
  errcode: again.code,
});
// The SDK keeps its connections for a while.
process.exit();
