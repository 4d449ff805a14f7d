import { connectMongo } from '#connections/connect-mongo.ts';

/** Documents of one insert. */
const batch = 5_000;

/**
 * Puts documents into a collection, `batch` at once. Its indexes are made of all of them afterwards: kept up to date one by one
 * those of ten million would take most of an hour.
 */
export async function loadDocuments(
  mongoUrl: string,
  name: string,
  count: number,
  documentAt: (n: number) => object,
): Promise<void> {
  // Making an index takes minutes.
  const mongo = await connectMongo(`${mongoUrl}&socketTimeoutMS=0`);
  try {
    const collection = mongo.collection<object>(name);
    const indexes = (await collection.indexes()).filter((index) => index.name !== '_id_');
    await collection.dropIndexes();
    for (let from = 0; from < count; from += batch) {
      const size = Math.min(batch, count - from);
      const documents = Array.from({ length: size }, (_, index) => documentAt(from + index));
      await collection.insertMany(documents, { ordered: false, writeConcern: { w: 1, j: false } });
    }
    await collection.createIndexes(
      indexes.map(({ key, name = '', v: _version, ...options }) => ({ key, name, ...options })),
    );
    // What is still to be written for them is not to be counted as anybody's cost.
    await mongo.getClient().db('admin').command({ fsync: 1 });
  } finally {
    await mongo.close();
  }
}
