import mongoose, { type Connection } from 'mongoose';
import { hostsOf, optionsOf } from '#connections/mongo-address.ts';
import { StoreUnreachable } from '#connections/store-unreachable.ts';
import { StoreUnusable } from '#connections/store-unusable.ts';
import { whyNoPrimary } from '#connections/why-no-primary.ts';

// A query with an operator or a field we do not know is a mistake or an attack: refuse it, never ignore it.
mongoose.set('sanitizeFilter', true);
mongoose.set('strictQuery', 'throw');

/** A primary that is silent is found out after this and the time to connect; 10 s is the driver's own. */
const heartbeatMs = 5_000;
/** A write that too few members have by then stays, and is told as not confirmed. */
const confirmedMs = 5_000;
/** Longer than any command of ours may run, shorter than people wait. */
const socketMs = 10_000;
/** Relays forget connections that nobody uses, after 240 s (Azure) or 350 s (AWS), and tell nobody. */
const idleMs = 120_000;
/** MongoDB's code. */
const authenticationFailed = 18;

/**
 * Connects, or throws {@link StoreUnreachable} after `timeoutMs`, or {@link StoreUnusable} when what is there says why not. Writes are acknowledged by a majority and journalled; what
 * else the address says of options counts. `onStanding` hears when MongoDB goes away and comes back later on.
 */
export async function connectMongo(
  url: string,
  { timeoutMs = 5_000, poolSize = 20, onStanding = (_isThere: boolean) => {} } = {},
): Promise<Connection> {
  const given = optionsOf(url);
  const defaults = Object.entries({
    serverSelectionTimeoutMS: timeoutMs,
    connectTimeoutMS: timeoutMs,
    heartbeatFrequencyMS: heartbeatMs,
    socketTimeoutMS: socketMs,
    maxIdleTimeMS: idleMs,
    maxPoolSize: poolSize,
    retryWrites: true,
  }).filter(([name]) => !given.has(name.toLowerCase()));
  const connection = mongoose.createConnection(url, {
    ...Object.fromEntries(defaults),
    w: 'majority',
    journal: true,
    wtimeoutMS: confirmedMs,
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
    const { message, code } = cause as Error & { code?: unknown };
    const why =
      code === authenticationFailed
        ? 'it refuses the user or password of MONGO_URL'
        : await whyNoPrimary(url);
    if (why !== undefined)
      throw new StoreUnusable(`MongoDB at ${hostsOf(url)} cannot serve: ${why}`, { cause });
    throw new StoreUnreachable(`MongoDB at ${hostsOf(url)} is not reachable: ${message}`, { cause });
  }
}
