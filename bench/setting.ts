import getPort from 'get-port';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { openStores } from '#dev-stores/open-stores.ts';
import { startProcess } from './processes/start-process.ts';
import { appid, type Setting, secret } from './subjects/setting.ts';

/** One Redis, one MongoDB and one simulator for every subject of a run; stores are started unless REDIS_URL and MONGO_URL name some. */
export async function openSetting(say: (line: string) => void): Promise<Setting & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const { REDIS_URL, MONGO_URL } = process.env;
  const stores = stack.use(await openStores({ redisUrl: REDIS_URL, mongoUrl: MONGO_URL, say }));
  const { redisUrl, mongoUrl } = stores;

  const port = await getPort();
  const simulatorUrl = `http://127.0.0.1:${port}`;
  const simulator = await startProcess({
    command: process.execPath,
    args: ['bench/processes/simulator.ts'],
    env: { BENCH_PORT: String(port), BENCH_APPID: appid, BENCH_SECRET: secret },
    url: `${simulatorUrl}/`,
  });
  stack.use(simulator);

  const redis = new Redis(redisUrl);
  const redisPid = Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
  redis.disconnect();
  const mongo = await mongoose.createConnection(mongoUrl).asPromise();
  const { pid: mongoPid } = await mongo.getClient().db('admin').command({ serverStatus: 1 });
  await mongo.close();

  const kept = stack.move();
  return {
    redisUrl,
    mongoUrl,
    simulatorUrl,
    pids: { redis: redisPid, mongod: Number(mongoPid), simulator: simulator.pid },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** How long WeChat's two calls take from now on. */
export async function setLatency({ simulatorUrl }: Setting, ms: number, spreadMs: number): Promise<void> {
  const body = JSON.stringify({ latency: { ms, spreadMs } });
  const answer = await fetch(`${simulatorUrl}/_simulator/behaviour`, { method: 'PUT', body });
  if (!answer.ok) throw new Error(`the simulator refused: ${await answer.text()}`);
}
