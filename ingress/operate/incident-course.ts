import { randomUUID } from 'node:crypto';
import { type ConditionName, conditions, type Severity, severities } from '#ingress/operate/conditions.ts';
import type { Trouble } from '#ingress/operate/troubles/trouble.ts';
import { mostAddresses } from '#models/counts/last-calls.ts';
import type { IncidentDocument } from '#models/documents/incident.ts';

/** It is told again when so many times more people are in it. */
const worseBy = 4;
/** Of those in it so many are named. */
const mostEnterprises = 1_000;

export const severityOf = ({ severity, condition }: Pick<IncidentDocument, 'severity' | 'condition'>) =>
  (severity as Severity | undefined) ?? conditions[condition as ConditionName]?.severity ?? 'ticket';

const rankOf = (severity: Severity): number => severities.indexOf(severity);

/** Since when its calls come right, if the last who kept it saw that they do. */
export const calmSince = ({ calm, last }: IncidentDocument): Date | undefined =>
  calm?.seenAt.getTime() === last.getTime() ? calm.since : undefined;

/** What of a trouble that is known is new. While its calls come right there is nothing to tell. */
export function goesOn(
  before: IncidentDocument,
  trouble: Trouble,
  { now, calmMs }: { now: number; calmMs: number },
) {
  const people = Math.max(before.people, trouble.people);
  const known = severityOf(before);
  const last = new Date(now);
  const { goodSince } = trouble;
  const { relapses = 0 } = before;
  const addresses = [...new Set([...(trouble.addresses ?? []), ...(before.addresses ?? [])])].slice(
    0,
    mostAddresses,
  );
  const isRight = goodSince !== undefined && now - goodSince >= calmMs * 2 ** relapses;
  const isBack = calmSince(before) !== undefined && !isRight;
  const isGraver = !isRight && rankOf(trouble.severity) < rankOf(known);
  const isWorse = isGraver || (!isRight && people >= before.toldPeople * worseBy);
  const set = {
    people,
    entIds: [...new Set([...before.entIds, ...trouble.entIds])].toSorted().slice(0, mostEnterprises),
    ...(addresses.length > 0 && { addresses }),
    last,
    calm: isRight ? { since: new Date(goodSince), seenAt: last } : null,
    ...(isBack && { relapses: relapses + 1 }),
    severity: isGraver ? trouble.severity : known,
    ...(isWorse && { toldPeople: people }),
  };
  return { set, isWorse };
}

export const worstOf = (troubles: readonly Trouble[], most: number): Trouble[] =>
  troubles
    .toSorted((a, b) => rankOf(a.severity) - rankOf(b.severity) || b.people - a.people)
    .slice(0, Math.max(0, most));

export function openedBy(
  { since, people, entIds, goodSince: _, ...trouble }: Trouble,
  now: number,
): IncidentDocument {
  return {
    _id: randomUUID(),
    ...trouble,
    entIds: entIds.slice(0, mostEnterprises),
    people,
    toldPeople: people,
    since: new Date(since),
    last: new Date(now),
  };
}
