import type { BindingDocument, BindingModel, PersonKey } from '#models/documents/binding.ts';
import { findMany } from '#workers/bindings/mongo-command.ts';

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
