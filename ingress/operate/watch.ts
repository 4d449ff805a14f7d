import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Logger } from 'pino';
import { accountsOfFailedCalls } from '#ingress/operate/counted.ts';
import { findTroubles } from '#ingress/operate/find-troubles.ts';
import { severityOf } from '#ingress/operate/incident-course.ts';
import type { IncidentChange, Incidents } from '#ingress/operate/incidents.ts';
import type { Standing } from '#ingress/operate/troubles/trouble.ts';
import type { Minutes } from '#models/counts/minutes.ts';
import type { IncidentDocument } from '#models/documents/incident.ts';
import { within } from '#operations/deadline.ts';

/** What happens is seen within this and the two seconds in which it is told (open-counts.ts). */
const looksEachMs = 2_000;
const looksAtMinutes = 15;
/** A worker tells of itself each second. */
const workersGoneMs = 4_000;
const answersWithinMs = 5_000;

/**
 * Looks for what is the matter, and keeps the incidents: in one ingress of all, which the others take over from. What it
 * finds is a log line, too.
 */
export function startWatch(
  stack: AsyncDisposableStack,
  deps: {
    isOurs: () => Promise<boolean>;
    minutes: Minutes;
    incidents: Incidents;
    queues: readonly Pick<Queue, 'getWorkersCount'>[];
    standings: () => readonly Omit<Standing, 'since'>[];
    waiting: () => number;
    isPaused: () => boolean;
    /** Queues, accounts and workers were looked at since this process began. */
    isKnown: () => boolean;
    /** ms of Redis's clock; undefined while a worker tells of itself. */
    lastWorkerAt: () => number | undefined;
    now: () => number;
    onChange: (change: IncidentChange) => void;
    log: Logger;
  },
): void {
  const { isOurs, minutes, incidents, now, onChange, log } = deps;
  let stoodSince = new Map<string, number>();
  let isAway = false;
  let looking: Promise<void> | undefined;

  /** Workers of an old release do not tell of themselves; BullMQ knows their connections. */
  async function workersGoneSince(): Promise<number | undefined> {
    const last = deps.lastWorkerAt();
    if (last === undefined || now() - last < workersGoneMs) return undefined;
    const counts = await Promise.all(deps.queues.map((queue) => queue.getWorkersCount()));
    return counts.every((count) => count === 0) ? last : undefined;
  }

  /** How accounts stand is told by workers: without one nobody knows that one stands well. */
  const mayEnd = ({ condition }: IncidentDocument): boolean =>
    condition !== 'wechat-call-fails' || deps.lastWorkerAt() === undefined;

  function standingsNow(): Standing[] {
    const standings = deps.standings().map((standing) => {
      const name = `${standing.appid} ${standing.state} ${standing.cause}`;
      return { name, standing: { ...standing, since: stoodSince.get(name) ?? now() } };
    });
    stoodSince = new Map(standings.map(({ name, standing }) => [name, standing.since]));
    return standings.map(({ standing }) => standing);
  }

  async function look(): Promise<void> {
    if (!deps.isKnown() || !(await isOurs())) return;
    const read = await minutes.read(looksAtMinutes, now());
    const found = findTroubles({
      minutes: read,
      lastCalls: await minutes.lastCalls(accountsOfFailedCalls(read)),
      minuteMs: minutes.minuteMs,
      now: now(),
      standings: standingsNow(),
      waiting: deps.waiting(),
      workersGoneSince: await workersGoneSince(),
      isPaused: deps.isPaused(),
    });
    for (const change of await incidents.keep(found, now(), mayEnd)) {
      const { what, incident } = change;
      const { condition, appid, entIds, cause, since, people } = incident;
      const severity = severityOf(incident);
      log[what === 'end' || severity === 'notice' ? 'info' : 'warn'](
        { condition, severity, appid, entIds: entIds.slice(0, 20), cause, since, people },
        `incident: ${what}`,
      );
      onChange(change);
    }
  }

  const ending = new AbortController();
  async function watch(): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        // One that is not over yet is no reason for another beside it.
        looking ??= look().finally(() => {
          looking = undefined;
        });
        await within(answersWithinMs, looking);
        isAway = false;
      } catch (error) {
        if (!isAway) log.warn({ err: error }, 'nobody looks for incidents: a store does not answer');
        isAway = true;
      }
      await sleep(looksEachMs, undefined, { signal: ending.signal, ref: false }).catch(() => {});
    }
  }
  const watching = watch();
  stack.defer(async () => {
    ending.abort();
    await watching;
  });
}
