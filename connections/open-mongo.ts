import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { connectMongo } from '#connections/connect-mongo.ts';
import { hostsOf, namesDatabase } from '#connections/mongo-address.ts';

/** MongoDB for a process: its log hears when MongoDB goes away and comes back. Rejects as {@link connectMongo} does. */
export function openMongo(url: string, log: Logger): Promise<Connection> {
  // A server that does not answer is waited for, 5 s and longer; that is not to be silent.
  log.info({ hosts: hostsOf(url) }, 'connecting to MongoDB');
  if (!namesDatabase(url))
    log.warn('MONGO_URL names no database: “test” is taken, as MongoDB has it. Say mongodb://…/wechat');
  return connectMongo(url, {
    onStanding: (isThere) => log[isThere ? 'info' : 'warn'](`MongoDB is ${isThere ? 'back' : 'away'}`),
  });
}
