import { ConstantBackoff, handleWhen, retry } from 'cockatiel';
import type { Connection } from 'mongoose';

const answersWithinMs = 5_000;
const doubleKey = 11_000;

/** What of a model it takes to make its indexes. */
export type Indexed = { readonly db: Connection; createIndexes(): Promise<void> };
type Double = { readonly key: string; readonly ids: readonly string[] };

/** A process of a release before may open one more while the others are ended. */
const whileDoubled = retry(
  handleWhen((error) => isDouble(error)),
  { maxAttempts: 3, backoff: new ConstantBackoff(200) },
);

/**
 * Makes the indexes of the incidents. Releases before could open one key twice, which its unique index does not take: all but
 * the one that was seen last are ended before. Where MongoDB refuses the index all the same, `onDoubles` is told and the
 * process goes on without it: incidents are no reason to keep people from their login. Throws what MongoDB throws otherwise.
 */
export async function makeIncidentIndexes(
  incidents: Indexed,
  onDoubles: (error: unknown) => void,
): Promise<void> {
  const make = async () => {
    await endDoubles(incidents.db);
    await incidents.createIndexes();
  };
  await whileDoubled.execute(make).catch((error: unknown) => {
    if (!isDouble(error)) throw error;
    onDoubles(error);
  });
}

/** The keys that are open more than once, with their incidents: the one to keep comes first, for every process the same. */
export function openTwice(connection: Connection): Promise<Double[]> {
  return connection
    .collection('incidents')
    .aggregate<Double>(
      [
        { $match: { until: null } },
        { $sort: { last: -1, _id: 1 } },
        { $group: { _id: '$key', ids: { $push: '$_id' } } },
        { $match: { 'ids.1': { $exists: true } } },
        { $project: { _id: 0, key: '$_id', ids: 1 } },
      ],
      { maxTimeMS: answersWithinMs },
    )
    .toArray();
}

async function endDoubles(connection: Connection): Promise<void> {
  const ids = (await openTwice(connection)).flatMap(({ ids: [, ...others] }) => others);
  if (ids.length === 0) return;
  await connection
    .collection<{ _id: string; until?: Date | null }>('incidents')
    .updateMany(
      { _id: { $in: ids }, until: null },
      { $currentDate: { until: true } },
      { maxTimeMS: answersWithinMs },
    );
}

const isDouble = (error: unknown): boolean => (error as { code?: unknown }).code === doubleKey;
