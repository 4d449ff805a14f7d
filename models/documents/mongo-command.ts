import type { Model } from 'mongoose';

const duplicateKey = 11_000;
const longestMs = 5_000;

/**
 * Plain commands for what every login asks of MongoDB: the driver's own methods go through cursors and bulk machinery that
 * cost a worker more than the documents. They are not repeated by the driver: whoever calls does that. All throw what the
 * driver throws.
 */
function run({ db: connection }: Pick<Model<unknown>, 'db'>, command: object) {
  // There from the moment it is connected, and nothing is asked before.
  if (connection.db === undefined) throw new TypeError('MongoDB is asked before it is connected');
  return connection.db.command(command);
}

/** What a majority of the members has; at most as many documents as fit into one answer: 16 MB. */
export async function findMany<T>(model: Model<T>, filter: object, most: number): Promise<T[]> {
  const find = model.collection.collectionName;
  // One more than there can be, so that the server opens no cursor.
  const { cursor } = await run(model, {
    find,
    filter,
    // What a failover could take away again must not be found.
    readConcern: { level: 'majority' },
    batchSize: most + 1,
    singleBatch: true,
    maxTimeMS: longestMs,
  });
  return (cursor as { firstBatch: T[] }).firstBatch;
}

export type WriteConcern = {
  readonly w: number | 'majority';
  readonly j: boolean;
  /** ms until the server says that too few members have it; the write stays. */
  readonly wtimeout?: number;
};
/** Kept whatever happens. Also where nothing is written, since all was there already, a majority must have what is there. */
export const durable: WriteConcern = { w: 'majority', j: true, wtimeout: longestMs };
/** Lost with a primary that dies at once; fit for what is told anew at the next login. */
const brief: WriteConcern = { w: 1, j: true };
type WriteAnswer = {
  /** Documents inserted, or found to be updated. */
  readonly n: number;
  readonly writeErrors?: readonly { readonly code: number; readonly index: number }[];
};

/** Answers the places, in `documents`, of those that were there already; the others are inserted all the same. */
export async function insertMany<T>(
  model: Model<T>,
  documents: readonly T[],
  writeConcern: WriteConcern = durable,
): Promise<readonly number[]> {
  const insert = model.collection.collectionName;
  const answer = (await run(model, { insert, documents, ordered: false, writeConcern })) as WriteAnswer;
  throwOnFault(answer);
  return (answer.writeErrors ?? []).map(({ index }) => index);
}

/** False when one of the documents is not there any more; the others are updated all the same. Usually the primary alone confirms. */
export async function updateMany<T>(
  model: Model<T>,
  updates: readonly { readonly q: object; readonly u: object }[],
  writeConcern: WriteConcern = brief,
): Promise<boolean> {
  const update = model.collection.collectionName;
  const command = { update, updates, ordered: false, writeConcern };
  const answer = (await run(model, command)) as WriteAnswer;
  throwOnFault(answer);
  return answer.n === updates.length;
}

/** An error without the driver's name for one is a bug of ours, which time does not heal (see mongo-outage.ts). */
function throwOnFault({ writeErrors = [] }: WriteAnswer): void {
  const fault = writeErrors.find(({ code }) => code !== duplicateKey);
  if (fault !== undefined) throw new Error(`MongoDB refuses a document of ours with code ${fault.code}`);
}
