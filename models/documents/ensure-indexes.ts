import { ConstantBackoff, handleWhen, retry } from 'cockatiel';
import type { Connection } from 'mongoose';

/** An index that is new to millions of documents takes minutes to build; asked again, MongoDB goes on with the same build. */
const whileBuilding = retry(
  handleWhen((error) => error instanceof Error && error.name === 'MongoNetworkTimeoutError'),
  { maxAttempts: 60, backoff: new ConstantBackoff(1_000) },
);

/** Makes the indexes of every registered model; safe to run in many processes at once, and again at every start. */
export async function ensureIndexes(connection: Connection): Promise<void> {
  await Promise.all(
    Object.values(connection.models).map((model) => whileBuilding.execute(() => model.createIndexes())),
  );
}
