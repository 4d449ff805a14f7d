import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import type { Setting } from './subjects/setting.ts';

export type StoreCounters = {
  /** Calls and µs by command, those inside scripts too. */
  readonly redis: Map<string, { readonly calls: number; readonly usec: number }>;
  readonly mongo: Map<string, number>;
};

/** Reads the stores' own counters: two readings, subtracted, tell what lay between them. */
export async function openStoreCounters(setting: Setting) {
  const redis = new Redis(setting.redisUrl);
  const mongo = await mongoose.createConnection(setting.mongoUrl).asPromise();
  const admin = mongo.getClient().db('admin');

  async function read(): Promise<StoreCounters> {
    const lines = (await redis.info('commandstats')).matchAll(/cmdstat_([^:]+):calls=(\d+),usec=(\d+)/g);
    const { opcounters, network, metrics } = await admin.command({ serverStatus: 1 });
    const mongoCounters = {
      ...opcounters,
      requests: network.numRequests,
      docsInserted: metrics.document.inserted,
      docsUpdated: metrics.document.updated,
      docsReturned: metrics.document.returned,
    } as Record<string, number>;
    const sent = Number(/total_reads_processed:(\d+)/.exec(await redis.info('stats'))?.[1]);
    const redisMap = new Map(
      [...lines].map(([, name = '', calls, usec]) => [name, { calls: Number(calls), usec: Number(usec) }]),
    );
    redisMap.set('(socket reads)', { calls: sent, usec: 0 });
    return {
      redis: redisMap,
      mongo: new Map(Object.entries(mongoCounters).map(([name, count]) => [name, Number(count)])),
    };
  }

  return {
    read,
    async [Symbol.asyncDispose](): Promise<void> {
      redis.disconnect();
      await mongo.close();
    },
  };
}
