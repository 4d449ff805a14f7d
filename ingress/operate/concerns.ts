import type { ConditionName } from '#ingress/operate/conditions.ts';
import type { EnterpriseDocument } from '#models/documents/enterprise.ts';
import type { IncidentDocument } from '#models/documents/incident.ts';

/** Found of each enterprise by itself: its neighbours at the account have no part in it. */
const ofOneEnterprise: ReadonlySet<string> = new Set<ConditionName>(['host-does-not-redeem']);

/**
 * Whether an incident belongs on the page of an enterprise. What is the matter with an account is the matter of every enterprise
 * that uses it, also of one of whose people none has failed yet; what names nobody is everybody's.
 */
export function concernsEnterprise(
  { entId, appid }: Pick<EnterpriseDocument, 'entId' | 'appid'>,
  incident: Pick<IncidentDocument, 'condition' | 'appid' | 'entIds'>,
): boolean {
  if (incident.entIds.includes(entId)) return true;
  if (incident.appid === undefined) return incident.entIds.length === 0;
  return incident.appid === appid && !ofOneEnterprise.has(incident.condition);
}
