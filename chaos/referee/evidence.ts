import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import type { CrowdReport } from '../crowd/journal.ts';
import type { Incident } from '../incidents.ts';

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

/** A job as BullMQ kept it. */
export type KeptJob = { readonly id: string; readonly login: string; readonly n: number };

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
  readonly jobs: readonly KeptJob[];
  /** Logins that took a code and have no end on record, by their stage. */
  readonly unfinished: readonly { readonly login: string; readonly stage: string }[];
  readonly incidents: readonly Incident[];
  readonly codeLifetimeMs: number;
  readonly callTimeoutMs: number;
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
): Promise<Pick<Evidence, 'jobs' | 'unfinished'>> {
  const jobs: KeptJob[] = [];
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
  return { jobs, unfinished };

  async function readKeys(redis: Redis, keys: string[]) {
    const logins = keys.filter((key) => /:login:[0-9a-f]+$/.test(key));
    const kept = keys.filter((key) => /:exchange:[0-9a-f]{20,}[^:]*$|:exchange:\d+$/.test(key));
    const pipeline = redis.pipeline();
    for (const key of logins) pipeline.hmget(key, 'stage');
    for (const key of kept) pipeline.hmget(key, 'data');
    const replies = (await pipeline.exec()) ?? [];
    replies.forEach(([error, reply], index) => {
      const [value] = (error ? [] : reply) as (string | null)[];
      if (!value) return;
      const key = keys.length > 0 ? ([...logins, ...kept][index] ?? '') : '';
      if (index < logins.length) {
        // `open`: its code never came back from WeChat.
        if (value !== 'settled' && value !== 'open')
          unfinished.push({ login: key.split(':').at(-1) ?? '', stage: value });
        return;
      }
      const { login, n } = JSON.parse(value) as { login: string; n: number };
      jobs.push({ id: key.split(':').at(-1) ?? '', login, n });
    });
  }
}
