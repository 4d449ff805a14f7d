import { type ConditionName, conditions } from '#ingress/operate/conditions.ts';
import type { IncidentAnswer } from '#ingress/operate/tell-incident.ts';

/** Incidents as the pages list them. */
export const incidentRows = (incidents: readonly IncidentAnswer[]) =>
  incidents.map((one) => ({
    ...one,
    severity: conditions[one.condition as ConditionName]?.severity ?? 'ticket',
  }));
