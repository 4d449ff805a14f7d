import type { Journal } from '#chaos/crowd/journal.ts';
import type { Evidence } from './evidence.ts';

/** Who became whom: one binding and one user id for each openid, and nobody else's. */
export function countMixUps(
  { bindings, openidOf }: Evidence,
  journals: readonly Journal[],
): { duplicated: number; mixedUp: number; faults: string[] } {
  const faults: string[] = [];
  let duplicated = 0;
  let mixedUp = 0;

  const bound = Map.groupBy(bindings, ({ entId, appid, openid }) => `${entId} ${appid} ${openid}`);
  for (const twins of bound.values()) if (twins.length > 1) duplicated += twins.length - 1;
  for (const shared of Map.groupBy(bindings, ({ userId }) => userId).values()) {
    if (new Set(shared.map(({ openid }) => openid)).size > 1) mixedUp += 1;
  }

  const told = journals.flatMap(({ person, entId, identity }) =>
    identity ? [{ person, entId, ...identity }] : [],
  );
  for (const { person, openid } of told) {
    const own = openidOf.get(person);
    if (own === undefined) faults.push('a person the simulator does not know');
    else if (own !== openid) mixedUp += 1;
  }
  for (const same of Map.groupBy(told, ({ entId, openid }) => `${entId} ${openid}`).values()) {
    if (new Set(same.map(({ userId }) => userId)).size > 1) duplicated += 1;
    if (same.filter(({ created }) => created).length > 1) duplicated += 1;
  }
  // What the host was told must be what is kept.
  const userIdOf = new Map(bindings.map(({ entId, openid, userId }) => [`${entId} ${openid}`, userId]));
  mixedUp += told.filter(({ entId, openid, userId }) => userIdOf.get(`${entId} ${openid}`) !== userId).length;
  const leaks = journals.flatMap((journal) => journal.leaks);
  mixedUp += leaks.length;

  if (duplicated > 0) faults.push(`duplicated: ${duplicated}`);
  if (mixedUp > 0) faults.push(`mixed up: ${mixedUp}${leaks[0] ? ` (${leaks[0]})` : ''}`);
  return { duplicated, mixedUp, faults };
}
