import type { ExecutionContext } from 'ava';
import mongoose from 'mongoose';
import { withProxiedMongo } from '#test/support/with-proxied-mongo.ts';

/** A database of its own behind a proxy, and the names of the commands that reach it. */
export async function withMonitoredMongo(t: Pick<ExecutionContext, 'teardown'>) {
  const connect = (url: string) =>
    mongoose
      .createConnection(url, {
        monitorCommands: true,
        autoIndex: false,
        bufferCommands: false,
        // Of a busy machine's first connection, too.
        serverSelectionTimeoutMS: 3_000,
      })
      .asPromise();
  const { mongo, proxy } = await withProxiedMongo(t, connect);
  const commands: string[] = [];
  mongo.getClient().on('commandStarted', ({ commandName }) => void commands.push(commandName));
  return { mongo, proxy, commands };
}
