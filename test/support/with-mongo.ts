import { randomBytes } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import mongoose from 'mongoose';
import { storeUrl } from './store-url.ts';

/** A database of its own on the run's MongoDB, dropped at teardown. The url names it. */
export function withMongo(t: Pick<ExecutionContext, 'teardown'>) {
  const dbName = `test-${randomBytes(6).toString('hex')}`;
  // Not `new URL`: it refuses a replica set's list of hosts.
  const url = storeUrl('TEST_MONGO_URL').replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?[^?]*/, `$1/${dbName}`);
  t.teardown(() => dropDatabase(url));
  return { url, dbName };
}

async function dropDatabase(url: string) {
  const client = new mongoose.mongo.MongoClient(url);
  try {
    await client.db().dropDatabase();
  } finally {
    await client.close();
  }
}
