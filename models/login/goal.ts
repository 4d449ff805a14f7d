/**
 * What a login is for, where that is not a ticket for the host: the OpenID Connect interaction, or the desktop's scan, that
 * began it, by its id.
 */
export type Goal = `oidc:${string}` | `scan:${string}`;

/** The id of the interaction or scan; undefined where the login has another goal, or none. */
export function idInGoal(goal: Goal | '' | undefined, kind: 'oidc' | 'scan'): string | undefined {
  return goal?.startsWith(`${kind}:`) ? goal.slice(kind.length + 1) : undefined;
}
