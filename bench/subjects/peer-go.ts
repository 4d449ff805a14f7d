import getPort from 'get-port';
import { buildPeer } from '#bench/peers/build-peer.ts';
import { startProcess } from '#bench/processes/start-process.ts';
import { peerNames } from './names.ts';
import { appid, hostUrl, type Setting, type Subject, secret } from './setting.ts';

/** Undefined where there is no Go. */
export async function startPeerGo(setting: Setting): Promise<Subject | undefined> {
  const command = await buildPeer('peer-go', '.');
  if (command === undefined) return undefined;
  const { origin, env } = await peerAddress(setting, 'bench_peer_go');
  const running = await startProcess({ command, url: `${origin}/`, env });
  return {
    name: peerNames.A,
    origin,
    startPaths: ['/login'],
    stores: ['mongod'],
    pids: { peer: running.pid },
    [Symbol.asyncDispose]: running.stop,
  };
}

/** Where a peer in Go is to listen, and what it is told. */
export async function peerAddress(setting: Setting, database: string) {
  const port = await getPort();
  const origin = `http://127.0.0.1:${port}`;
  const env = {
    LISTEN: `127.0.0.1:${port}`,
    PUBLIC_URL: origin,
    MONGO_URL: setting.mongoUrl,
    MONGO_DATABASE: database,
    WECHAT_URL: setting.simulatorUrl,
    APPID: appid,
    SECRET: secret,
    HOST_URL: hostUrl,
  };
  return { origin, env };
}
