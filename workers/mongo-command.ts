import type { Model } from 'mongoose';

const duplicateKey = 11_000;
const longestMs = 5_000;

/**
 * Plain commands for the two operations of every login: the driver's own methods go through cursors and bulk machinery that
 * cost a worker more than the documents. They are not repeated by the driver: whoever calls does that. Both throw what the
 * driver throws.
 */
function run({ db }: Pick<Model<unknown>, 'db'>, command: object) {
  return db.getClient().db(db.name).command(command);
}

/** At most as many documents as fit into one answer: 16 MB. */
export async function findMany<T>(model: Model<T>, filter: object, most: number): Promise<T[]> {
  const find = model.collection.collectionName;
  // One more than there can be, so that the server opens no cursor.
  const { cursor } = await run(model, {
    find,
    filter,
    batchSize: most + 1,
    singleBatch: true,
    maxTimeMS: longestMs,
  });
  return (cursor as { firstBatch: T[] }).firstBatch;
}

export type WriteConcern = { readonly w: number | 'majority'; readonly j: boolean };
type InsertAnswer = {
  readonly writeErrors?: readonly { readonly code: number }[];
  readonly writeConcernError?: { readonly code: number };
};

/** False when one of the documents was there already; the others are inserted all the same. */
export async function insertMany<T>(
  model: Model<T>,
  documents: readonly T[],
  writeConcern: WriteConcern,
): Promise<boolean> {
  const insert = model.collection.collectionName;
  const answer = await run(model, { insert, documents, ordered: false, writeConcern });
  const { writeErrors = [], writeConcernError } = answer as InsertAnswer;
  const fault = writeErrors.find(({ code }) => code !== duplicateKey);
  if (fault !== undefined) throw new Error(`MongoDB refuses a document of ours with code ${fault.code}`);
  if (writeConcernError !== undefined) throw new MongoInsertInDoubt(writeConcernError.code);
  return writeErrors.length === 0;
}

/** It is on one member, and may be lost with it. An outage, by its name: it passes (see mongo-outage.ts). */
class MongoInsertInDoubt extends Error {
  override readonly name = 'MongoInsertInDoubt';
  constructor(code: number) {
    super(`MongoDB could not make sure of an insert, code ${code}`);
  }
}
