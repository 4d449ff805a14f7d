import mongoose, { type Connection } from 'mongoose';
import { StoreUnreachable } from '#models/store-unreachable.ts';

// A query with an operator or a field we do not know is a mistake or an attack: refuse it, never ignore it.
mongoose.set('sanitizeFilter', true);
mongoose.set('strictQuery', 'throw');

/** Connects, or throws {@link StoreUnreachable} after `timeoutMs`. Writes are acknowledged by a majority and journalled. */
export async function connectMongo(
  url: string,
  { timeoutMs = 5_000, poolSize = 20 } = {},
): Promise<Connection> {
  const connection = mongoose.createConnection(url, {
    serverSelectionTimeoutMS: timeoutMs,
    connectTimeoutMS: timeoutMs,
    socketTimeoutMS: 20_000,
    maxPoolSize: poolSize,
    w: 'majority',
    journal: true,
    retryWrites: true,
    autoIndex: false,
    bufferCommands: false,
  });
  try {
    return await connection.asPromise();
  } catch (cause) {
    await connection.close();
    throw new StoreUnreachable(`MongoDB at ${hostsOf(url)} is not reachable`, { cause });
  }
}

/** Without the credentials before the @ and the options behind the path. */
function hostsOf(url: string): string {
  return url.replace(/^[a-z+]+:\/\/(.*@)?/, '').replace(/[/?].*$/, '');
}
