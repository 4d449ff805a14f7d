import mongoose, { type Connection } from 'mongoose';
import { StoreUnreachable } from '#connections/store-unreachable.ts';

// A query with an operator or a field we do not know is a mistake or an attack: refuse it, never ignore it.
mongoose.set('sanitizeFilter', true);
mongoose.set('strictQuery', 'throw');

/**
 * Connects, or throws {@link StoreUnreachable} after `timeoutMs`. Writes are acknowledged by a majority and journalled.
 * `onStanding` hears when MongoDB goes away and comes back later on.
 */
export async function connectMongo(
  url: string,
  { timeoutMs = 5_000, poolSize = 20, onStanding = (_isThere: boolean) => {} } = {},
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
    await connection.asPromise();
    const away = () => onStanding(false);
    connection.on('disconnected', away);
    connection.on('reconnected', () => onStanding(true));
    // It is `disconnected` too when we close it.
    connection.on('disconnecting', () => connection.off('disconnected', away));
    return connection;
  } catch (cause) {
    await connection.close();
    const { message } = cause as Error;
    throw new StoreUnreachable(`MongoDB at ${hostsOf(url)} is not reachable: ${message}`, { cause });
  }
}

/** Without the credentials before the @ and the options behind the path. */
function hostsOf(url: string): string {
  return url.replace(/^[a-z+]+:\/\/(.*@)?/, '').replace(/[/?].*$/, '');
}
