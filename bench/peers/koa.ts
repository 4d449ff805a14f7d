import { randomBytes } from 'node:crypto';
import Koa from 'koa';
import mongoose, { Schema } from 'mongoose';
import { Agent, request } from 'undici';

/** The usual way, on Koa: the callback's handler calls WeChat twice and writes to MongoDB while the browser waits. */
const setting = (name: string) => process.env[name] ?? '';
const [wechatUrl, publicUrl, hostUrl, appid] = ['WECHAT_URL', 'PUBLIC_URL', 'HOST_URL', 'APPID'].map(setting);
const secret = setting('SECRET');
const dispatcher = new Agent({ connections: 512 });

const mongo = await mongoose
  .createConnection(setting('MONGO_URL'), { w: 'majority', journal: true })
  .asPromise();
const schema = new Schema(
  {
    appid: { type: String, required: true },
    openid: { type: String, required: true },
    userId: { type: String, required: true },
    nickname: String,
    avatarUrl: String,
    loggedInAt: Date,
    createdAt: Date,
  },
  { versionKey: false },
);
schema.index({ appid: 1, openid: 1 }, { unique: true });
const Binding = mongo.model<{ userId: string }>('Binding', schema);
await Binding.collection.drop();
await Binding.createIndexes();

async function ask(path: string, query: Record<string, string>): Promise<Record<string, string>> {
  const { body } = await request(`${wechatUrl}${path}?${new URLSearchParams(query)}`, { dispatcher });
  const reply = JSON.parse(await body.text()) as Record<string, string>;
  if (reply['errcode']) throw new Error(`errcode ${reply['errcode']}`);
  return reply;
}

const app = new Koa();
app.use(async (ctx) => {
  if (ctx.path === '/login') {
    const state = randomBytes(16).toString('hex');
    ctx.cookies.set('state', state, { maxAge: 300_000, sameSite: 'lax' });
    const query = new URLSearchParams({
      appid: appid ?? '',
      redirect_uri: `${publicUrl}/callback`,
      response_type: 'code',
      scope: 'snsapi_userinfo',
      state,
    });
    ctx.redirect(`${wechatUrl}/connect/oauth2/authorize?${query}#wechat_redirect`);
  } else if (ctx.path === '/callback') {
    const { code, state } = ctx.query;
    if (typeof code !== 'string' || ctx.cookies.get('state') !== state) {
      ctx.status = 400;
      return;
    }
    const token = await ask('/sns/oauth2/access_token', {
      appid: appid ?? '',
      secret,
      code,
      grant_type: 'authorization_code',
    });
    const { access_token = '', openid = '' } = token;
    const info = await ask('/sns/userinfo', { access_token, openid, lang: 'zh_CN' });
    const now = new Date();
    const person = await Binding.findOneAndUpdate(
      { appid, openid } as object,
      {
        $set: { nickname: info['nickname'], avatarUrl: info['headimgurl'], loggedInAt: now },
        $setOnInsert: { userId: `u_${randomBytes(12).toString('hex')}`, createdAt: now },
      },
      { upsert: true, returnDocument: 'after' },
    );
    ctx.cookies.set('session', randomBytes(32).toString('hex'), { maxAge: 86_400_000, sameSite: 'lax' });
    ctx.redirect(`${hostUrl}?user_id=${person?.userId}`);
  }
});
app.listen(Number(setting('PORT')), '127.0.0.1');
