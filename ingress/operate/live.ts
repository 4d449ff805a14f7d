import { z } from 'zod';
import { Problem } from '#ingress/http/problem.ts';
import { concernsEnterprise } from '#ingress/operate/concerns.ts';
import { severities } from '#ingress/operate/conditions.ts';
import { sumSteps } from '#ingress/operate/counted.ts';
import { funnelOf, percentilesOf, troublesOf } from '#ingress/operate/funnel.ts';
import { severityOf } from '#ingress/operate/incident-course.ts';
import type { Incidents } from '#ingress/operate/incidents.ts';
import type { Load } from '#ingress/operate/load.ts';
import { createLookAtCounts, type Known } from '#ingress/operate/look-at-counts.ts';
import type { Names } from '#ingress/operate/names.ts';
import { onTheirWay } from '#ingress/operate/on-their-way.ts';
import { shortOf } from '#ingress/operate/places-of.ts';
import { seriesOf } from '#ingress/operate/series.ts';
import { tellIncident } from '#ingress/operate/tell-incident.ts';
import type { TellStandings } from '#ingress/operate/tell-standings.ts';
import { type WindowCounts, type Windows, windowNames } from '#ingress/operate/windows.ts';
import { idPattern } from '#ingress/operator/forms.ts';
import type { Directory } from '#models/documents/directory.ts';
import type { IncidentDocument } from '#models/documents/incident.ts';

const steps = ['queue', 'token', 'userinfo', 'binding', 'settle'] as const;

export const liveQuery = z.object({
  window: z.enum(windowNames).default('15m'),
  ent_id: z.string().regex(idPattern).optional(),
  appid: z.string().regex(idPattern).optional(),
});
type Asked = z.output<typeof liveQuery>;
const noCounts: WindowCounts = { rows: [], enterprises: [], accounts: [], callsOfMinute: new Map() };
const nothing: Known = { counts: noCounts, recent: noCounts, incidents: [], goodSince: undefined };

export type Live = ReturnType<typeof createLive>;
export type LiveAnswer = Awaited<ReturnType<Live>>;

/** What an operator sees at a glance, of all or of one enterprise or account. */
export function createLive(deps: {
  windows: Windows;
  incidents: Pick<Incidents, 'open' | 'past'>;
  directory: Pick<Directory, 'findEnterprise' | 'findAccount'>;
  tellStandings: TellStandings;
  names: Names;
  load: Load;
  now: () => number;
}) {
  const { windows, directory, names, now, load } = deps;
  const lookAtCounts = createLookAtCounts(deps);

  return async function live({ window, ent_id: entId, appid }: Asked, lang: 'zh_CN' | 'en') {
    const enterprise = entId === undefined ? undefined : await directory.findEnterprise(entId);
    if (entId !== undefined && enterprise === undefined)
      throw new Problem(404, 'not_found', 'There is no enterprise of this ent_id.');
    if (appid !== undefined && (await directory.findAccount(appid)) === undefined)
      throw new Problem(404, 'not_found', 'There is no account of this appid.');
    const looked = await lookAtCounts(window, { entId, appid });
    const { staleSince, known = nothing } = looked;
    const { rows } = known.counts;
    const open = known.incidents.filter(
      (one) =>
        (enterprise === undefined || concernsEnterprise(enterprise, one)) &&
        (appid === undefined || one.appid === undefined || one.appid === appid),
    );
    const sums = sumSteps(rows);
    const troubles = troublesOf(sums).slice(0, 50);
    const time = { now: now(), lengthMs: windows.lengthMs[window], stepMs: windows.stepMs[window] };
    const { enterprises, accounts } = known.counts;
    const standing = await deps.tellStandings(appid);
    const [entNames, accountNames, ofLoad] = await Promise.all([
      names.ofEnterprises([
        ...enterprises.map(({ id }) => id),
        ...open.flatMap(({ entIds }) => entIds.slice(0, 20)),
      ]),
      names.ofAccounts([
        ...accounts.map(({ id }) => id),
        ...open.flatMap((one) => one.appid ?? []),
        ...standing.flatMap((one) => ('by' in one ? one.appid : [])),
      ]),
      load.look(),
    ]);
    const isGood = staleSince === undefined && open.length === 0;
    return {
      at: new Date(now()).toISOString(),
      window,
      ...(staleSince !== undefined && { stale_since: new Date(staleSince).toISOString() }),
      // Whoever knows nothing must not be taken for one who knows of nothing.
      ...(looked.known === undefined && { is_unknown: true as const }),
      ...(isGood && known.goodSince && { good_since: known.goodSince.toISOString() }),
      incidents: worstFirst(open).map((one) => tellIncident(one, lang)),
      names: { ...Object.fromEntries(entNames), ...Object.fromEntries(accountNames) },
      standing,
      funnel: funnelOf(sums),
      on_their_way: onTheirWay(known.recent.rows, now()),
      ...ofLoad,
      took_ms: percentilesOf(sums, 'total') ?? null,
      steps_took_ms: Object.fromEntries(steps.map((step) => [step, percentilesOf(sums, step) ?? null])),
      troubles,
      series: seriesOf(rows, time, troubles),
      enterprises: enterprises.map(({ id, rows: of }) => ({ ent_id: id, ...shortOf(of) })),
      accounts: accounts.map(({ id, rows: of }) => ({
        appid: id,
        ...shortOf(of),
        calls_a_minute: known.recent.callsOfMinute.get(id) ?? 0,
        takes_a_minute: load.takesAMinute(id),
      })),
    };
  };
}

/** What wakes somebody up comes first, then those with most people; nobody needs to see what is taken care of before. */
function worstFirst(open: readonly IncidentDocument[]): IncidentDocument[] {
  const rank = (incident: IncidentDocument) =>
    2 * severities.indexOf(severityOf(incident)) + (incident.acknowledgedBy ? 1 : 0);
  return open.toSorted((a, b) => rank(a) - rank(b) || b.people - a.people);
}
