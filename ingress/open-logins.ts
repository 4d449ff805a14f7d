import type { Config } from '#config';
import type { Gathering } from '#connections/gathering.ts';
import type { RedisClient } from '#connections/redis-client.ts';
import { createExchangeQueue } from '#ingress/browser/exchange-queue.ts';
import { createAccountCapacity } from '#models/account/capacity.ts';
import { createLoginRecords } from '#models/login/record.ts';
import { createLoginStore } from '#models/login/store.ts';
import { createTickets } from '#models/login/ticket.ts';
import type { Sealer } from '#models/sealing.ts';

/** What of the logins and their accounts is in Redis. */
export function openLogins(
  stack: AsyncDisposableStack,
  options: {
    redis: RedisClient;
    gathering: Gathering;
    config: Config;
    sealer: Sealer;
    onError: (error: Error) => void;
  },
) {
  const { redis, gathering, config, sealer, onError } = options;
  const { REDIS_PREFIX: prefix, QUEUE_SHARDS: shards, CODE_LIFETIME_MS: codeLifetimeMs } = config;
  const callsPerSecond = config.ACCOUNT_CALLS_PER_MINUTE / 60;
  const store = createLoginStore({ redis, prefix, gathering });
  const records = createLoginRecords(store, { shards, codeLifetimeMs });
  const { noteJob } = records;
  const producer = createExchangeQueue({ redis, gathering, prefix, shards, noteJob, onError });
  return {
    store,
    records,
    tickets: createTickets(store, sealer),
    queue: stack.adopt(producer, (queue) => queue.close()),
    capacity: createAccountCapacity({ redis, prefix, shards, callsPerSecond }),
  };
}
