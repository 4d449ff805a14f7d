import { idInGoal } from '#models/login/goal.ts';
import type { LoginRecord } from '#models/login/record.ts';

/** Where the browser of a login goes on that ended well; undefined: to the host, with a ticket or bind ticket. */
export function goalPath({
  id,
  goal,
  status,
}: Pick<LoginRecord, 'id' | 'goal' | 'status'>): string | undefined {
  if (idInGoal(goal, 'scan') !== undefined) return `/logins/${id}/scan`;
  const interaction = idInGoal(goal, 'oidc');
  // Who is not bound yet goes to the host's own page first, and comes to this address from there.
  const isKnown = interaction !== undefined && status === 'ready';
  return isKnown ? `/oidc/interaction/${interaction}/finish` : undefined;
}
