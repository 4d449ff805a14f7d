import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { connectMongo } from '#connections/connect-mongo.ts';

/** MongoDB for a process: its log hears when MongoDB goes away and comes back. Rejects as {@link connectMongo} does. */
export function openMongo(url: string, log: Logger): Promise<Connection> {
  return connectMongo(url, {
    onStanding: (isThere) => log[isThere ? 'info' : 'warn'](`MongoDB is ${isThere ? 'back' : 'away'}`),
  });
}
