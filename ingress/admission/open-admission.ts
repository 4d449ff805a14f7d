import type { Queue } from 'bullmq';
import type { Logger } from 'pino';
import type { RedisClient } from '#connections/redis-client.ts';
import type { RedisClock } from '#connections/redis-clock.ts';
import { createAdmission } from '#ingress/admission/admission.ts';
import { createBacklog } from '#ingress/admission/backlog.ts';
import type { ClientName } from '#ingress/admission/client-name.ts';
import { createDoorLines } from '#ingress/admission/door-lines.ts';
import { createTraffic } from '#ingress/admission/enterprise-share.ts';
import type { HoldReason } from '#ingress/admission/hold-reason.ts';
import { createLanes } from '#ingress/admission/lanes.ts';
import { createSharing } from '#ingress/admission/sharing.ts';
import { createWorkerPresence } from '#ingress/admission/worker-presence.ts';
import type { AccountCapacity } from '#models/account/capacity.ts';
import type { PausedAccounts } from '#models/documents/paused-accounts.ts';
import { createWaitingLine } from '#models/login/waiting-line.ts';
import type { Sealer } from '#models/sealing.ts';

/** May a login begin now, and in which lane does its job go: told by what is read of queues, accounts and workers. */
export function openAdmission(
  stack: AsyncDisposableStack,
  options: {
    redis: RedisClient;
    prefix: string;
    logins: { readonly queue: { readonly queues: readonly Queue[] }; readonly capacity: AccountCapacity };
    clock: RedisClock;
    paused: Pick<PausedAccounts, 'find'>;
    sealer: Sealer;
    clientName: ClientName;
    publicUrl: string;
    metrics: {
      readonly held: (reason: HoldReason) => void;
      readonly liveWorkers: (count: () => number) => void;
      readonly heldPeople: (count: () => number) => void;
    };
    log: Logger;
  },
) {
  const { redis, prefix, logins, clock, sealer, clientName, metrics, log } = options;
  const { capacity } = logins;
  const { queues } = logins.queue;
  const presence = createWorkerPresence({
    queues,
    onChange: (isNobodyThere) =>
      log[isNobodyThere ? 'error' : 'info'](
        isNobodyThere ? 'no worker is there: people are held' : 'a worker is there again',
      ),
  });
  const sharing = createSharing({
    queues,
    onChange: (mayShare) =>
      log.info(
        mayShare
          ? 'every worker knows jobs of several logins: logins of one moment share one'
          : 'not every worker is known to know jobs of several logins: each login has its own',
      ),
  });
  const backlog = stack.adopt(
    createBacklog({
      queues,
      capacity,
      pauseOf: options.paused.find,
      onReading(shard, reading) {
        clock.hear(reading.now);
        presence.note(shard, reading);
        sharing.note(shard, reading);
      },
      onPaused: (shard, isPaused) =>
        log[isPaused ? 'warn' : 'info'](
          { shard },
          isPaused ? 'the queue is paused on the dashboard: people are held' : 'the queue goes on',
        ),
      onError: (error) => log.warn({ err: error }, 'backlog not read'),
    }),
    (reader) => reader.close(),
  );
  const { isNobodyThere } = presence;
  const lines = stack.adopt(
    createDoorLines({
      backlog,
      line: createWaitingLine({ redis, prefix, shards: queues.length }),
      isNobodyThere,
      onError: (error) => log.warn({ err: error }, 'waiting line not read'),
    }),
    (standing) => standing.close(),
  );
  metrics.liveWorkers(presence.count);
  metrics.heldPeople(lines.standing);
  const admission = createAdmission({
    backlog,
    lines,
    isNobodyThere,
    traffic: createTraffic(),
    sealer,
    clientName,
    isSecure: options.publicUrl.startsWith('https:'),
    onHeld: metrics.held,
  });
  const whyWaits = (appid: string): HoldReason | undefined =>
    isNobodyThere() ? 'no-workers' : backlog.whyWaits(appid);
  const { mayShare } = sharing;
  return {
    admission,
    backlog,
    whyWaits,
    held: lines.held,
    heldAt: lines.standingAt,
    mayShare,
    presence,
    lanes: createLanes({ backlog, traffic: createTraffic() }),
  };
}
