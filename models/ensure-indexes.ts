import type { Connection } from 'mongoose';

/** Makes the indexes of every registered model; safe to run in many processes at once, and again at every start. */
export async function ensureIndexes(connection: Connection): Promise<void> {
  await Promise.all(Object.values(connection.models).map((model) => model.createIndexes()));
}
