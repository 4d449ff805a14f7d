/** What operators may do; each may do what those before it may. `metrics` stands apart: it is a scraper's. */
const ranks = { viewer: 1, support: 2, operator: 3, root: 4 } as const;

export const operatorRoles = ['metrics', ...(Object.keys(ranks) as (keyof typeof ranks)[])] as const;
export type OperatorRole = (typeof operatorRoles)[number];

/** Who asks at the operator's door. `name`: of the token; `root` for ADMIN_TOKEN. */
export type Operator = { readonly name: string; readonly role: OperatorRole };

/** Metrics are shown to every role. */
export function mayDo(role: OperatorRole, needed: OperatorRole): boolean {
  if (needed === 'metrics') return true;
  return role !== 'metrics' && ranks[role] >= ranks[needed];
}
