import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import getPort from 'get-port';
import { startProcess } from '#bench/processes/start-process.ts';
import { appid, hostUrl, type Setting, type Subject, secret } from './setting.ts';

const run = promisify(execFile);
const source = fileURLToPath(new URL('../peers/go', import.meta.url));
const binary = fileURLToPath(new URL('../../.cache/bench/peer-go', import.meta.url));

/** Undefined where there is no Go. */
export async function startPeerGo(setting: Setting): Promise<Subject | undefined> {
  try {
    await run('go', ['version']);
  } catch {
    return undefined;
  }
  await run('go', ['build', '-buildvcs=false', '-o', binary, '.'], { cwd: source });
  const port = await getPort();
  const origin = `http://127.0.0.1:${port}`;
  const running = await startProcess({
    command: binary,
    url: `${origin}/`,
    env: {
      LISTEN: `127.0.0.1:${port}`,
      PUBLIC_URL: origin,
      MONGO_URL: setting.mongoUrl,
      MONGO_DATABASE: 'bench_peer_go',
      WECHAT_URL: setting.simulatorUrl,
      APPID: appid,
      SECRET: secret,
      HOST_URL: hostUrl,
    },
  });
  return {
    name: 'peer A: Go, silenceper/wechat',
    origin,
    startPath: '/login',
    pids: { peer: running.pid },
    [Symbol.asyncDispose]: running.stop,
  };
}
