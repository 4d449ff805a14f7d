import type { BindingDocument, BindingModel, PersonKey } from '#models/documents/binding.ts';
import { findMany } from '#models/documents/mongo-command.ts';
import { upsertTwice } from '#models/documents/upsert-twice.ts';
import { digest } from '#operations/digest.ts';

/** A page waits for it. */
const isBoundWithinMs = 700;
/** A host waits for it. */
const createWithinMs = 2_000;

export const keyOf = ({ entId, appid, openid }: PersonKey): string => `${entId} ${appid} ${openid}`;

/** The bindings of many people, in their order, with one look. Throws what MongoDB's driver throws. */
export async function findBindings(
  bindings: BindingModel,
  people: readonly PersonKey[],
): Promise<(BindingDocument | undefined)[]> {
  const groups = Map.groupBy(people, ({ entId, appid }) => `${entId} ${appid}`);
  const conditions = [...groups.values()].map((group) => ({
    entId: group[0]?.entId ?? '',
    appid: group[0]?.appid ?? '',
    openid: { $in: group.map(({ openid }) => openid) },
  }));
  // Every value in it was checked to be a plain string, by us or by the schema of WeChat's reply.
  const filter = conditions.length === 1 && conditions[0] ? conditions[0] : { $or: conditions };
  const found = await findMany<BindingDocument>(bindings, filter, people.length);
  const byKey = new Map(found.map((binding) => [keyOf(binding), binding]));
  return people.map((person) => byKey.get(keyOf(person)));
}

/** The binding that there is by then: this one, or another's. The unique index decides between two that bind at once. */
export function findOrCreateBinding(
  bindings: BindingModel,
  binding: BindingDocument,
): Promise<BindingDocument> {
  const { entId, appid, openid, ...made } = binding;
  return upsertTwice(() =>
    bindings
      .findOneAndUpdate(
        { entId, appid, openid },
        { $setOnInsert: made },
        { upsert: true, returnDocument: 'after', maxTimeMS: createWithinMs },
      )
      .lean<BindingDocument>()
      .orFail(),
  );
}

/** Answers how many there were. What else of a person must end with it: models/login/unbinding.ts. */
export async function removeBindings(bindings: BindingModel, people: readonly PersonKey[]): Promise<number> {
  const { deletedCount } = await bindings.deleteMany({
    $or: people.map(({ entId, appid, openid }) => ({ entId, appid, openid })),
  });
  return deletedCount;
}

/** Whether this person of WeChat is still this user of the enterprise. Throws what MongoDB throws. */
export async function isBound(
  bindings: BindingModel,
  { entId, appid, openid, userId }: PersonKey & { readonly userId: string },
): Promise<boolean> {
  const binding = await bindings
    .findOne({ entId, appid, openid }, { userId: 1 })
    .maxTimeMS(isBoundWithinMs)
    .lean();
  return binding?.userId === userId;
}

/**
 * Names the binding of a person as it is now: another name once it was removed and made anew, or became another user's. Undefined
 * where there is none. Throws what MongoDB throws.
 */
export async function nameOfBinding(
  bindings: BindingModel,
  { entId, appid, openid }: PersonKey,
): Promise<string | undefined> {
  const binding = await bindings
    .findOne({ entId, appid, openid }, { userId: 1 })
    .maxTimeMS(isBoundWithinMs)
    .lean<{ readonly _id: unknown; readonly userId: string }>();
  return binding ? digest(`${binding._id} ${binding.userId}`).slice(0, 22) : undefined;
}
