import mongoose, { type Connection } from 'mongoose';

// A query with an operator or a field we do not know is a mistake or an attack: refuse it, never ignore it.
mongoose.set('sanitizeFilter', true);
mongoose.set('strictQuery', 'throw');

/** Connects, or fails within `timeoutMs`. Writes are acknowledged by a majority and journalled. */
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
  return await connection.asPromise();
}
