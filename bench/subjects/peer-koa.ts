import getPort from 'get-port';
import { startProcess } from '#bench/processes/start-process.ts';
import { peerNames } from './names.ts';
import { appid, databaseUrl, hostUrl, type Setting, type Subject, secret } from './setting.ts';

export async function startPeerKoa(setting: Setting): Promise<Subject> {
  const port = await getPort();
  const origin = `http://127.0.0.1:${port}`;
  const running = await startProcess({
    command: process.execPath,
    args: ['bench/peers/koa.ts'],
    url: `${origin}/`,
    env: {
      PORT: String(port),
      PUBLIC_URL: origin,
      MONGO_URL: databaseUrl(setting.mongoUrl, 'bench_peer_koa'),
      WECHAT_URL: setting.simulatorUrl,
      APPID: appid,
      SECRET: secret,
      HOST_URL: hostUrl,
    },
  });
  return {
    name: peerNames.B,
    origin,
    startPaths: ['/login'],
    stores: ['mongod'],
    pids: { peer: running.pid },
    [Symbol.asyncDispose]: running.stop,
  };
}
