import type { Queue } from 'bullmq';
import type { Logger } from 'pino';
import type { RedisClient } from '#connections/redis-client.ts';
import type { RedisClock } from '#connections/redis-clock.ts';
import type { Backlog } from '#ingress/admission/backlog.ts';
import type { DoorLines } from '#ingress/admission/door-lines.ts';
import type { WorkerPresence } from '#ingress/admission/worker-presence.ts';
import { createAlertWebhook } from '#ingress/operate/alert-webhook.ts';
import { createCountCodes } from '#ingress/operate/codes-at-stake.ts';
import { conditions } from '#ingress/operate/conditions.ts';
import { createIncidents } from '#ingress/operate/incidents.ts';
import { createLive } from '#ingress/operate/live.ts';
import { createLoad } from '#ingress/operate/load.ts';
import { createNames } from '#ingress/operate/names.ts';
import { createFindOldest } from '#ingress/operate/oldest-login.ts';
import { createTellStandings } from '#ingress/operate/tell-standings.ts';
import { startWatch } from '#ingress/operate/watch.ts';
import { createWindows } from '#ingress/operate/windows.ts';
import type { Minutes } from '#models/counts/minutes.ts';
import { createWatchLock } from '#models/counts/watch-lock.ts';
import type { Documents } from '#models/documents/open-documents.ts';

/** What operators see of the whole installation: counts, and incidents, which one ingress of all looks for. */
export function openOperate(
  stack: AsyncDisposableStack,
  options: {
    redis: RedisClient;
    prefix: string;
    minutes: Minutes;
    documents: Pick<Documents, 'hours' | 'incidents' | 'directory' | 'enterprises' | 'accounts' | 'paused'>;
    queues: readonly Queue[];
    backlog: Pick<Backlog, 'standings' | 'waiting' | 'isPaused' | 'isKnown'>;
    presence: Pick<WorkerPresence, 'goneSince' | 'count'>;
    whyWaits: (appid: string) => string | undefined;
    held: DoorLines['held'];
    heldAt: DoorLines['standingAt'];
    callsPerMinute: number;
    clock: RedisClock;
    alertWebhookUrl: string | undefined;
    log: Logger;
  },
) {
  const { redis, prefix, minutes, documents, queues, backlog, presence, clock, log } = options;
  const incidents = createIncidents(documents.incidents, {
    calmMs: conditions['wechat-call-fails'].calmMinutes * minutes.minuteMs,
  });
  const webhook = options.alertWebhookUrl && createAlertWebhook({ url: options.alertWebhookUrl, log });
  startWatch(stack, {
    isOurs: createWatchLock({ redis, prefix }),
    minutes,
    incidents,
    queues,
    standings: () =>
      backlog.standings().map(({ name, state, cause, waiting }) => ({ appid: name, state, cause, waiting })),
    waiting: backlog.waiting,
    isPaused: backlog.isPaused,
    isKnown: backlog.isKnown,
    lastWorkerAt: presence.goneSince,
    now: clock.now,
    onChange: (change) => {
      if (webhook) webhook(change);
    },
    log,
  });
  const countCodes = createCountCodes({ queues, redis });
  const names = createNames(documents);
  const windows = createWindows({ minutes, hours: documents.hours, now: clock.now });
  const live = createLive({
    windows,
    incidents,
    directory: documents.directory,
    tellStandings: createTellStandings({
      standings: backlog.standings,
      paused: documents.paused,
      heldAt: options.heldAt,
      countCodes,
    }),
    names,
    load: createLoad({
      ...options,
      standings: backlog.standings,
      waiting: backlog.waiting,
      liveWorkers: presence.count,
      findOldest: createFindOldest({ ...options, standings: backlog.standings, now: clock.now }),
    }),
    now: clock.now,
  });
  const standingOf = (appid: string) => backlog.standings().find(({ name }) => name === appid);
  return { live, incidents, names, standingOf, windows, countCodes };
}
