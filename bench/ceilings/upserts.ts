import { once } from 'node:events';
import mongoose from 'mongoose';
import type { CeilingTask } from './task.ts';
import { timed } from './timed.ts';

/** Bindings written with journal and majority: one by one, 100 under way at once, or 100 in each bulk write. */
const atOnce = 100;
const [task] = (await once(process, 'message')) as [CeilingTask & { isBulk: boolean }];
const mongo = await mongoose
  .createConnection(task.mongoUrl, { w: 'majority', journal: true, maxPoolSize: atOnce })
  .asPromise();
const bindings = mongo.collection<{ openid: string }>('bindings');
await bindings.drop();
await bindings.createIndex({ openid: 1 }, { unique: true });

const upsertOf = (n: number) => ({
  filter: { openid: `o${n}` },
  update: {
    $set: { nickname: `Person ${n}`, loggedInAt: new Date() },
    $setOnInsert: { userId: `u${n}`, createdAt: new Date() },
  },
  upsert: true,
});

async function single(): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < task.count) {
        const { filter, update, upsert } = upsertOf(next++);
        await bindings.updateOne(filter, update, { upsert });
      }
    }),
  );
}

async function bulk(): Promise<void> {
  for (let n = 0; n < task.count; n += atOnce) {
    const writes = Array.from({ length: atOnce }, (_, index) => ({ updateOne: upsertOf(n + index) }));
    await bindings.bulkWrite(writes, { ordered: false });
  }
}

const result = await timed(task, task.isBulk ? bulk : single);
await mongo.dropDatabase();
process.send?.(result, () => process.exit());
