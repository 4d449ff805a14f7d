import { Worker } from 'bullmq';
import type { Logger } from 'pino';
import type { RedisClient } from '#connections/redis-client.ts';
import type { RedisClock } from '#connections/redis-clock.ts';
import { type ProbeJob, type ProbeOutcome, probeQueueName } from '#models/account/secret-test.ts';
import { type ServiceAccountModel, secretPlace } from '#models/documents/service-account.ts';
import { shardPrefix } from '#models/login/job.ts';
import type { Sealer } from '#models/sealing.ts';
import type { createProbeSecret } from '#wechat/api/probe-secret.ts';
import { sourceOf } from '#wechat/sources/all-sources.ts';
import { restOnRefusal } from '#workers/process/rest-on-refusal.ts';

/** Tests accounts' secrets when an operator asks. Two at a time: this is beside the work, not a part of it. */
export function startProbeWorker(deps: {
  redis: RedisClient;
  prefix: string;
  accounts: ServiceAccountModel;
  sealer: Pick<Sealer, 'open'>;
  probeSecret: ReturnType<typeof createProbeSecret>;
  clock: Pick<RedisClock, 'now'>;
  log: Logger;
}): Worker<ProbeJob, ProbeOutcome> {
  const { redis, prefix, accounts, sealer, probeSecret, clock, log } = deps;

  async function probe({ appid, diesAt }: ProbeJob): Promise<ProbeOutcome> {
    if (clock.now() > diesAt) return { notCalled: 'late' };
    // As it is now: its secret may have been changed a second ago.
    const account = await accounts.findOne({ appid }).maxTimeMS(2_000).lean();
    if (account === null) return { notCalled: 'unknown-account' };
    let secret: string;
    try {
      secret = sealer.open(account.sealedSecret, secretPlace(appid));
    } catch {
      return { notCalled: 'unsealable' };
    }
    const outcome = await probeSecret({ source: sourceOf(account), appid, secret });
    log.info({ appid, ...outcome }, 'secret tested');
    return outcome;
  }

  const worker = new Worker<ProbeJob, ProbeOutcome>(probeQueueName, ({ data }) => probe(data), {
    connection: redis,
    prefix: shardPrefix(prefix, 0),
    concurrency: 2,
    // A test whose worker died is not made again: whoever asked for it asks again.
    maxStalledCount: 0,
    removeOnComplete: { age: 60 },
    removeOnFail: { age: 60 },
    runRetryDelay: 1_000,
  });
  worker.on('error', (error) => log.warn({ err: error }, 'queue error'));
  restOnRefusal(worker, log);
  worker.on('failed', (_job, error) => log.warn({ err: error }, 'secret not tested'));
  return worker;
}
