import type { ExecutionContext } from 'ava';
import mongoose from 'mongoose';
import { withMongo } from '#test/support/with-mongo.ts';
import { withProxy } from '#test/support/with-proxy.ts';

/** A database of its own behind a proxy, and the names of the commands that reach it. */
export async function withMonitoredMongo(t: Pick<ExecutionContext, 'teardown'>) {
  const url = new URL(withMongo(t).url);
  const proxy = await withProxy(t, { host: url.hostname, port: Number(url.port) });
  url.port = String(proxy.port);
  // Else the driver finds its own way to the member of the replica set, past the proxy.
  url.search = '?directConnection=true';
  const mongo = await mongoose
    .createConnection(url.href, {
      monitorCommands: true,
      autoIndex: false,
      bufferCommands: false,
      serverSelectionTimeoutMS: 1_000,
    })
    .asPromise();
  t.teardown(() => {
    // A close that has to say goodbye to a hanging store would take its time.
    proxy.cut();
    return mongo.close(true);
  });
  const commands: string[] = [];
  mongo.getClient().on('commandStarted', ({ commandName }) => void commands.push(commandName));
  return { mongo, proxy, commands };
}
