import mongoose from 'mongoose';

const profileBytes = 64 * 1_024 * 1_024;

/** Counts the operations on one database while `work` runs, by kind and collection, with MongoDB's own profiler. */
export async function countMongoOperations(
  mongoUrl: string,
  work: () => Promise<void>,
): Promise<ReadonlyMap<string, number>> {
  const mongo = await mongoose.createConnection(mongoUrl).asPromise();
  const database = mongo.getClient().db(mongo.name);
  const profile = database.collection<{ op: string; ns: string; command?: object }>('system.profile');
  try {
    await database.command({ profile: 0 });
    await profile.drop().catch(() => {});
    await database.createCollection('system.profile', { capped: true, size: profileBytes });
    await database.command({ profile: 2 });
    await work();
    await database.command({ profile: 0 });
    const counts = new Map<string, number>();
    for await (const { op, ns } of profile.find({ ns: { $not: /system\.profile$/ } })) {
      const name = `${op} ${ns.slice(ns.indexOf('.') + 1)}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    await profile.drop();
    return counts;
  } finally {
    await mongo.close();
  }
}
