import type { Connection } from 'mongoose';
import { hostsOf } from '#connections/mongo-address.ts';
import { StoreUnusable } from '#connections/store-unusable.ts';
import { noReplicaSet } from '#connections/why-no-primary.ts';
import { ensureIndexes } from '#models/documents/ensure-indexes.ts';
import { within } from '#operations/deadline.ts';

const probeMs = 5_000;

/** Codes of the server that no waiting mends, and what the operator has to. */
const refusals = new Map<unknown, string>([
  [
    13,
    'the user of MONGO_URL lacks a right: it needs the role readWrite on the database that MONGO_URL names',
  ],
  [20, noReplicaSet],
  [10107, 'MONGO_URL leads to a secondary alone; name the replica set'],
]);

/**
 * Makes the indexes of every registered model and tries whether the service can work: all it does to a document, in a
 * transaction that is given up. Throws {@link StoreUnusable} where no waiting would help. `onDoubles`: see {@link ensureIndexes}.
 */
export async function prepareMongo(
  connection: Connection,
  url: string,
  onDoubles?: (error: unknown) => void,
): Promise<void> {
  await orSayWhy(url, () => ensureIndexes(connection, onDoubles));
  await tryMongo(connection, url);
}

/** The second half alone: nothing is left behind. */
export function tryMongo(connection: Connection, url: string): Promise<void> {
  return orSayWhy(url, () => within(probeMs, tryToWrite(connection)));
}

async function orSayWhy(url: string, ask: () => Promise<unknown>): Promise<void> {
  try {
    await ask();
  } catch (error) {
    const why = refusals.get(codeOf(error));
    if (why === undefined) throw error;
    throw new StoreUnusable(`MongoDB at ${hostsOf(url)} cannot serve: ${why}`, { cause: error });
  }
}

/** The driver hides a server that is no replica set behind an error of its own, about an option. */
function codeOf(error: unknown): unknown {
  const { code, originalError } = error as { code?: unknown; originalError?: { code?: unknown } };
  return code ?? originalError?.code;
}

async function tryToWrite(connection: Connection): Promise<void> {
  const session = await connection.startSession();
  const collection = connection.collection('bindings');
  // Confirmed by the primary alone: whether a majority is there is no question of rights.
  session.startTransaction({ writeConcern: { w: 1 } });
  try {
    const { insertedId: _id } = await collection.insertOne(
      { openid: session.id?.id.toString('hex') },
      { session },
    );
    await collection.updateOne({ _id }, { $set: { entId: '' } }, { session });
    await collection.findOne({ _id }, { session });
    await collection.deleteOne({ _id }, { session });
  } finally {
    await session.abortTransaction();
    await session.endSession();
  }
}
