import { hash } from 'node:crypto';
import Router from '@koa/router';
import type { Context } from 'koa';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { languageOf } from '#ingress/browser/pages/language.ts';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { Problem } from '#ingress/http/problem.ts';
import { type ConditionName, conditions } from '#ingress/operate/conditions.ts';
import { type StepCount, sumOf } from '#ingress/operate/counted.ts';
import { failedOf, funnelOf, percentilesOf, troublesOf } from '#ingress/operate/funnel.ts';
import type { Incidents } from '#ingress/operate/incidents.ts';
import type { Names } from '#ingress/operate/names.ts';
import { seriesOf } from '#ingress/operate/series.ts';
import { tellIncident } from '#ingress/operate/tell-incident.ts';
import { tellStandings } from '#ingress/operate/tell-standings.ts';
import { type CountedRow, type WindowName, type Windows, windowNames } from '#ingress/operate/windows.ts';
import type { CapacityEntry } from '#models/account/reports.ts';
import type { Directory } from '#models/documents/directory.ts';
import type { IncidentDocument } from '#models/documents/incident.ts';
import type { PausedAccounts } from '#models/documents/paused-accounts.ts';

const mostListed = 200;
/** All who look within it get the same counts. Those of hours come to MongoDB each half a minute, and a month of them is much. */
const sharedForMs = { '15m': 1_000, '24h': 5_000, '30d': 120_000 } as const satisfies Record<
  WindowName,
  number
>;
/** Whoever was sent to WeChat before that is not expected back. */
const underWayMs = 5 * 60_000;
const steps = ['queue', 'token', 'userinfo', 'binding', 'settle'] as const;

export const liveQuery = z.object({
  window: z.enum(windowNames).default('15m'),
  ent_id: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
  appid: z
    .string()
    .regex(/^\w{1,64}$/)
    .optional(),
});
type Asked = z.output<typeof liveQuery>;
type Known = {
  readonly rows: readonly CountedRow[];
  /** Of the last quarter of an hour. */
  readonly recent: readonly CountedRow[];
  readonly incidents: readonly IncidentDocument[];
  /** When the last one was over. */
  readonly goodSince: Date | undefined;
};
const nothing: Known = { rows: [], recent: [], incidents: [], goodSince: undefined };

export type Live = ReturnType<typeof createLive>;
export type LiveAnswer = Awaited<ReturnType<Live>>;

/** What an operator sees at a glance, of all or of one enterprise or account. */
export function createLive(deps: {
  windows: Windows;
  incidents: Pick<Incidents, 'open' | 'past'>;
  directory: Pick<Directory, 'findEnterprise' | 'findAccount'>;
  paused: Pick<PausedAccounts, 'list'>;
  standings: () => readonly CapacityEntry[];
  names: Names;
  /** What is known without asking a store. */
  now: () => number;
  waiting: () => number;
  liveWorkers: () => number;
}) {
  const { windows, incidents, directory, names, now } = deps;
  const counted = new LRUCache<WindowName, Promise<CountedRow[]>>({ max: 3 });
  const current = new LRUCache<'now', ReturnType<typeof lookForIncidents>>({
    max: 1,
    ttl: sharedForMs['15m'],
  });
  const last = new Map<WindowName, { readonly known: Known; readonly at: number }>();

  async function lookForIncidents() {
    const [open, [latest]] = await Promise.all([incidents.open(), incidents.past(1)]);
    return { incidents: open, goodSince: latest?.until };
  }

  async function look(window: WindowName): Promise<Known> {
    const [rows, recent, now] = await Promise.all([
      share(counted, window, () => windows.read(window), sharedForMs[window]),
      // On the way are people of now, whatever time is looked at.
      share(counted, '15m', () => windows.read('15m'), sharedForMs['15m']),
      share(current, 'now', lookForIncidents, sharedForMs['15m']),
    ]);
    return { rows, recent, ...now };
  }

  /** A store that is away leaves what was known, with the time of it: never zeros. */
  async function lookOrRemember(
    window: WindowName,
  ): Promise<{ known: Known; staleSince: number | undefined }> {
    try {
      const known = await look(window);
      last.set(window, { known, at: now() });
      return { known, staleSince: undefined };
    } catch {
      const before = last.get(window) ?? { known: nothing, at: now() };
      last.set(window, before);
      return { known: before.known, staleSince: before.at };
    }
  }

  return async function live({ window, ent_id: entId, appid }: Asked, lang: 'zh_CN' | 'en') {
    if (entId !== undefined && (await directory.findEnterprise(entId)) === undefined)
      throw new Problem(404, 'not_found', 'There is no enterprise of this ent_id.');
    if (appid !== undefined && (await directory.findAccount(appid)) === undefined)
      throw new Problem(404, 'not_found', 'There is no account of this appid.');
    const { known, staleSince } = await lookOrRemember(window);
    const isAsked = (one: { entId: string; appid: string }) =>
      (entId === undefined || one.entId === entId) && (appid === undefined || one.appid === appid);
    const rows = known.rows.filter(isAsked);
    const open = known.incidents.filter(
      (one) =>
        (entId === undefined || one.entIds.includes(entId) || one.entIds.length === 0) &&
        (appid === undefined || one.appid === undefined || one.appid === appid),
    );
    const troubles = troublesOf(rows).slice(0, 50);
    const time = { now: now(), lengthMs: windows.lengthMs[window], stepMs: windows.stepMs[window] };
    const enterprises = listOf(rows, ({ entId: id }) => id);
    const accounts = listOf(rows, ({ appid: id }) => id);
    const [entNames, accountNames] = await Promise.all([
      names.ofEnterprises([
        ...enterprises.map(({ id }) => id),
        ...open.flatMap(({ entIds }) => entIds.slice(0, 20)),
      ]),
      names.ofAccounts([...accounts.map(({ id }) => id), ...open.flatMap((one) => one.appid ?? [])]),
    ]);
    return {
      at: new Date(now()).toISOString(),
      window,
      ...(staleSince !== undefined && { stale_since: new Date(staleSince).toISOString() }),
      ...(open.length === 0 && known.goodSince && { good_since: known.goodSince.toISOString() }),
      incidents: worstFirst(open).map((one) => tellIncident(one, lang)),
      names: { ...Object.fromEntries(entNames), ...Object.fromEntries(accountNames) },
      standing: tellStandings(deps.standings(), deps.paused.list()).filter(
        (one) => appid === undefined || one.appid === appid,
      ),
      funnel: funnelOf(rows),
      on_their_way: onTheirWay(known.recent.filter(isAsked), now()),
      waiting: deps.waiting(),
      live_workers: deps.liveWorkers(),
      took_ms: percentilesOf(rows, 'total') ?? null,
      steps_took_ms: Object.fromEntries(steps.map((step) => [step, percentilesOf(rows, step) ?? null])),
      troubles,
      series: seriesOf(rows, time, troubles),
      enterprises: enterprises.map(({ id, ...of }) => ({ ent_id: id, ...of })),
      accounts: accounts.map(({ id, ...of }) => ({ appid: id, ...of })),
    };
  };
}

/** One question for all who ask it at the same time; what failed is asked again. */
function share<K extends string, T>(
  known: LRUCache<K, Promise<T>>,
  key: K,
  ask: () => Promise<T>,
  ttl: number,
): Promise<T> {
  const asking = known.get(key);
  if (asking !== undefined) return asking;
  const asked = ask();
  known.set(key, asked, { ttl });
  asked.catch(() => known.delete(key));
  return asked;
}

/** What wakes somebody up comes first, then those with most people; nobody needs to see what is taken care of before. */
function worstFirst(open: readonly IncidentDocument[]): IncidentDocument[] {
  const rank = ({ condition, acknowledgedBy }: IncidentDocument) => {
    const isPage = conditions[condition as ConditionName]?.severity === 'page';
    return (isPage ? 0 : 2) + (acknowledgedBy ? 1 : 0);
  };
  return open.toSorted((a, b) => rank(a) - rank(b) || b.people - a.people);
}

/** Those who were sent to WeChat and did not come back yet, and whose logins have not ended yet: by sums, so a few either way. */
function onTheirWay(rows: readonly CountedRow[], now: number): { at_wechat: number; here: number } {
  const lately = rows.filter(({ from }) => from > now - underWayMs);
  const { sent, back, queued, ready, bind, snapshot, again } = funnelOf(lately);
  const failedHere = sumOf(lately, 'failed:misconfigured', 'failed:unavailable', 'failed:internal');
  return {
    at_wechat: Math.max(0, sent - back - sumOf(lately, 'nocode', 'foreign')),
    here: Math.max(0, queued - ready - bind - snapshot - again - failedHere),
  };
}

/** Worst first: those of whom most people failed. */
function listOf(rows: readonly CountedRow[], nameOf: (row: CountedRow) => string) {
  return [...Map.groupBy(rows, nameOf)]
    .filter(([id]) => id !== '')
    .map(([id, of]) => ({ id, ...shortOf(of) }))
    .toSorted((a, b) => b.failing - a.failing || b.back - a.back)
    .slice(0, mostListed);
}

function shortOf(rows: readonly StepCount[]) {
  const { sent, back, ready, bind, told, redeemed } = funnelOf(rows);
  return {
    sent,
    back,
    ready,
    bind,
    told,
    redeemed,
    failing: failedOf(rows),
    took_ms: percentilesOf(rows, 'total') ?? null,
  };
}

/** GET /operate/live: the same as JSON; 304 while nothing but the time has changed. */
export function liveRoutes(live: Live): Router {
  const router = new Router();
  router.get('/operate/live', async (ctx: Context) => {
    const { at, ...body } = await live(checkInput(liveQuery, ctx.query), languageOf(undefined, ctx));
    const etag = `W/"${hash('sha256', JSON.stringify(body), 'base64url').slice(0, 22)}"`;
    ctx.set({ ETag: etag, Vary: 'Accept-Language' });
    // Not Koa's `fresh`: it says no to whoever asks without a cache, as every fetch of a program does.
    if (ctx.get('if-none-match') === etag) {
      ctx.status = 304;
      return;
    }
    ctx.body = { at, ...body };
  });
  router.all('/operate/live', allowOnly('GET', 'HEAD'));
  return router;
}
