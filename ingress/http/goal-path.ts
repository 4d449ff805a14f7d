import { idInGoal } from '#models/login/goal.ts';
import type { LoginRecord } from '#models/login/record.ts';

/**
 * The address of an OpenID Connect login's end, good or bad, at which its client gets to know of it. The login's id is no secret:
 * it is the `state` of WeChat's own address, and only the browser that began the login gets anything for it.
 */
export function finishPath({ id, goal }: Pick<LoginRecord, 'id' | 'goal'>): string | undefined {
  const interaction = idInGoal(goal, 'oidc');
  return interaction === undefined ? undefined : `/oidc/interaction/${interaction}/finish?login=${id}`;
}

/** Where the browser of a login goes on that ended well; undefined: to the host, with a ticket or bind ticket. */
export function goalPath(login: Pick<LoginRecord, 'id' | 'goal' | 'status'>): string | undefined {
  const { id, goal, status } = login;
  if (idInGoal(goal, 'scan') !== undefined) return `/logins/${id}/scan`;
  // Who is not bound yet goes to the host's own page first, and comes to this address from there.
  return status === 'ready' ? finishPath(login) : undefined;
}
