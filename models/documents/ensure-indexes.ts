import { ConstantBackoff, handleWhen, retry } from 'cockatiel';
import type { Connection } from 'mongoose';
import { type Indexed, makeIncidentIndexes } from '#models/documents/incident-indexes.ts';

/** An index that is new to millions of documents takes minutes to build; asked again, MongoDB goes on with the same build. */
const whileBuilding = retry(
  handleWhen((error) => error instanceof Error && error.name === 'MongoNetworkTimeoutError'),
  { maxAttempts: 60, backoff: new ConstantBackoff(1_000) },
);

/**
 * Makes the indexes of every registered model; safe to run in many processes at once, and again at every start. `onDoubles` is told
 * where incidents keep one of theirs from being made (incident-indexes.ts).
 */
export async function ensureIndexes(
  connection: Connection,
  onDoubles: (error: unknown) => void = () => {},
): Promise<void> {
  const make = (model: Indexed & { readonly modelName: string }) =>
    model.modelName === 'Incident' ? makeIncidentIndexes(model, onDoubles) : model.createIndexes();
  await Promise.all(
    Object.values(connection.models).map((model) => whileBuilding.execute(() => make(model))),
  );
}
