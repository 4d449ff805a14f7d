import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import type { CrowdReport } from '#chaos/crowd/journal.ts';
import type { Incident } from '#chaos/incidents.ts';
import type { Times } from './verdict.ts';

/** One request that reached the simulator, as its call log has it. */
export type Call = {
  readonly time: number;
  readonly appid: string | null;
  readonly code: string | null;
  readonly person: string | null;
  readonly state: string | null;
  readonly fault: string | null;
  /** 0 = success; null = no readable answer. */
  readonly errcode: number | null;
  /** This very call spent the code. */
  readonly consumed: boolean;
  readonly status: number | null;
  readonly answeredAt: number | null;
};

export type Binding = {
  readonly entId: string;
  readonly appid: string;
  readonly openid: string;
  readonly userId: string;
};

/** Everything the referee judges by, gathered when the run is over. */
export type Evidence = {
  readonly reports: readonly CrowdReport[];
  /** The exchanges, oldest first. */
  readonly exchanges: readonly Call[];
  /** When each code was made. */
  readonly mintedAt: ReadonlyMap<string, number>;
  /** Whose openid is whose: the simulator's word. */
  readonly openidOf: ReadonlyMap<string, string>;
  readonly bindings: readonly Binding[];
  /** Ids of all jobs that were made, as far back as BullMQ's event stream reaches. */
  readonly jobIds: readonly string[];
  /** Logins whose record tells that they share a job with others. */
  readonly shared: readonly { readonly login: string; readonly job: string }[];
  /** Logins that took a code and have no end on record, by their stage. */
  readonly unfinished: readonly { readonly login: string; readonly stage: string }[];
  readonly incidents: readonly Incident[];
  readonly codeLifetimeMs: number;
  readonly callTimeoutMs: number;
  /** Of the calm run before this one, where the scenario asks for one. */
  readonly calm?: Times;
};

export async function readBindings(mongoUrl: string): Promise<Binding[]> {
  const client = new mongoose.mongo.MongoClient(mongoUrl, { serverSelectionTimeoutMS: 10_000 });
  try {
    const found = await client.db().collection('bindings').find().toArray();
    return found.map(({ entId, appid, openid, userId }) => ({ entId, appid, openid, userId }) as Binding);
  } finally {
    await client.close();
  }
}

/** What Redis holds of jobs and logins. */
export async function readRecords(
  urls: readonly string[],
  prefix: string,
): Promise<Pick<Evidence, 'jobIds' | 'shared' | 'unfinished'>> {
  const shared: { login: string; job: string }[] = [];
  const jobIds = new Set<string>();
  const unfinished: { login: string; stage: string }[] = [];
  // Of a cluster each node tells its own part.
  for (const url of urls) {
    const redis = new Redis(url, { maxRetriesPerRequest: 3 });
    redis.on('error', () => {});
    try {
      for await (const keys of redis.scanStream({ match: `{${prefix}:*`, count: 1_000 })) {
        await readKeys(redis, keys as string[]);
      }
    } finally {
      redis.disconnect();
    }
  }
  return { jobIds: [...jobIds], shared, unfinished };

  async function readKeys(redis: Redis, keys: string[]) {
    // Finished jobs are removed at once: only the stream remembers them all.
    for (const key of keys.filter((one) => one.endsWith(':exchange:events'))) {
      for (const [, fields] of await redis.xrange(key, '-', '+')) {
        if (fields[fields.indexOf('event') + 1] === 'added')
          jobIds.add(fields[fields.indexOf('jobId') + 1] ?? '');
      }
    }
    const logins = keys.filter((key) => /:login:[0-9a-f]+$/.test(key));
    const pipeline = redis.pipeline();
    for (const key of logins) pipeline.hmget(key, 'stage', 'job');
    const replies = (await pipeline.exec()) ?? [];
    replies.forEach(([error, reply], index) => {
      const login = logins[index]?.split(':').at(-1) ?? '';
      const [stage = null, job = null] = (reply ?? []) as (string | null)[];
      if (job !== null) shared.push({ login, job });
      // `open`: its code never came back from WeChat.
      if (error !== null || stage === null || stage === 'settled' || stage === 'open') return;
      unfinished.push({ login, stage });
    });
  }
}
