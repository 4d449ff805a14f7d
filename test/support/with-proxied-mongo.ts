import type { ExecutionContext } from 'ava';
import type { Connection } from 'mongoose';
import { connectMongo } from '#connections/connect-mongo.ts';
import { withMongo } from './with-mongo.ts';
import { withProxy } from './with-proxy.ts';

/** A database of its own behind a proxy, so that it can be made to hang or to break off. */
export async function withProxiedMongo(
  t: Pick<ExecutionContext, 'teardown'>,
  connect: (url: string) => Promise<Connection> = connectMongo,
) {
  const url = new URL(withMongo(t).url);
  const proxy = await withProxy(t, { host: url.hostname, port: Number(url.port) });
  url.port = String(proxy.port);
  // Else the driver finds its own way to the member of the replica set, past the proxy.
  url.search = '?directConnection=true';
  const mongo = await connect(url.href);
  t.teardown(() => {
    // A close that has to say goodbye to a hanging store would take 20 s.
    proxy.cut();
    return mongo.close(true);
  });
  return { mongo, proxy };
}
