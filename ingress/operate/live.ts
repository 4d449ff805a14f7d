import { hash } from 'node:crypto';
import Router from '@koa/router';
import type { Context } from 'koa';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { languageOf } from '#ingress/browser/pages/language.ts';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { Problem } from '#ingress/http/problem.ts';
import { groupBy } from '#ingress/operate/counted.ts';
import { failedOf, funnelOf, percentilesOf, type StepCount, troublesOf } from '#ingress/operate/funnel.ts';
import type { Incidents } from '#ingress/operate/incidents.ts';
import { tellIncident } from '#ingress/operate/tell-incident.ts';
import { tellStandings } from '#ingress/operate/tell-standings.ts';
import type { CountedRow, WindowName, Windows } from '#ingress/operate/windows.ts';
import type { CapacityEntry } from '#models/account/reports.ts';
import type { Directory } from '#models/documents/directory.ts';
import type { IncidentDocument } from '#models/documents/incident.ts';
import type { PausedAccounts } from '#models/documents/paused-accounts.ts';

const mostListed = 200;
/** All who look within it get the same answer. */
const sharedForMs = 1_000;

const liveQuery = z.object({
  window: z.enum(['15m', '24h', '30d']).default('15m'),
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
type Known = { readonly rows: readonly CountedRow[]; readonly incidents: readonly IncidentDocument[] };

export type Live = ReturnType<typeof createLive>;

/** What an operator sees at a glance, of all or of one enterprise or account. */
export function createLive(deps: {
  windows: Windows;
  incidents: Pick<Incidents, 'open'>;
  directory: Pick<Directory, 'findEnterprise' | 'findAccount'>;
  paused: Pick<PausedAccounts, 'list'>;
  standings: () => readonly CapacityEntry[];
  /** What is known without asking a store. */
  now: () => number;
  waiting: () => number;
  liveWorkers: () => number;
}) {
  const { windows, incidents, directory, now } = deps;
  const shared = new LRUCache<WindowName, Promise<Known>>({ max: 3, ttl: sharedForMs });
  const last = new Map<WindowName, { readonly known: Known; readonly at: number }>();

  function look(window: WindowName): Promise<Known> {
    const looking = shared.get(window);
    if (looking !== undefined) return looking;
    const look = Promise.all([windows.read(window), incidents.open()]).then(([rows, open]) => ({
      rows,
      incidents: open,
    }));
    shared.set(window, look);
    look.catch(() => shared.delete(window));
    return look;
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
      const before = last.get(window) ?? { known: { rows: [], incidents: [] }, at: now() };
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
    return {
      at: new Date(now()).toISOString(),
      window,
      ...(staleSince !== undefined && { stale_since: new Date(staleSince).toISOString() }),
      incidents: open.map((one) => tellIncident(one, lang)),
      standing: tellStandings(deps.standings(), deps.paused.list()).filter(
        (one) => appid === undefined || one.appid === appid,
      ),
      funnel: funnelOf(rows),
      waiting: deps.waiting(),
      live_workers: deps.liveWorkers(),
      took_ms: percentilesOf(rows, 'total') ?? null,
      troubles: troublesOf(rows).slice(0, 50),
      enterprises: listOf(rows, ({ entId: id }) => id, 'ent_id'),
      accounts: listOf(rows, ({ appid: id }) => id, 'appid'),
    };
  };
}

/** Worst first: those of whom most people failed. */
function listOf(rows: readonly CountedRow[], nameOf: (row: CountedRow) => string, member: string) {
  return [...groupBy(rows, nameOf)]
    .filter(([name]) => name !== '')
    .map(([name, of]) => ({ [member]: name, ...shortOf(of) }))
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
