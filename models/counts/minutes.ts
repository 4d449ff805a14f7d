import { LRUCache } from 'lru-cache';
import { defineScript, readScript } from '#connections/lua-script.ts';
import type { RedisClient } from '#connections/redis-client.ts';
import { createBroadcastPeople } from '#models/counts/broadcast-people.ts';
import { type CallNote, createReadLastCalls, mostAddresses, toldOf } from '#models/counts/last-calls.ts';

export const minutesKept = 180;
/** By then a minute of Redis's is over by everybody's reckoning of its clock. */
const surelyOverMs = 1_000;
const firstMark = 'first|';
/** All look at a quarter of an hour; with thousands of enterprises a minute is some megabytes. */
const mostKnown = 16;

/** What was counted in one minute, by {@link fieldOf}; `firsts`: when each trouble was first met in it, ms of Redis's clock. */
export type MinuteCounts = {
  readonly minute: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly firsts: ReadonlyMap<string, number>;
};

/** Some fields of one minute, in the order in which they were asked for. */
export type FieldCounts = { readonly minute: number; readonly counts: readonly number[] };

/** Some of what a process counted. `firsts`: when each trouble was first met, by performance.now(). */
export type Sending = {
  readonly name: string;
  readonly counts: ReadonlyMap<string, number>;
  readonly firsts: ReadonlyMap<string, number>;
  readonly calls?: readonly CallNote[];
  /** Digests of those who got in, one for each login, by `ent_id|appid`. */
  readonly people?: ReadonlyMap<string, readonly string[]>;
};

export type Minutes = ReturnType<typeof createMinutes>;

/** `ent_id|appid|step`: none of the three has a bar in it. */
export const fieldOf = (entId: string, appid: string, step: string): string => `${entId}|${appid}|${step}`;

/**
 * What all processes counted, one hash for each minute of Redis's clock, for three hours. `minuteMs`: tests make it shorter.
 * Throws what Redis throws.
 */
export function createMinutes({
  redis,
  prefix,
  minuteMs,
}: {
  redis: RedisClient;
  prefix: string;
  minuteMs: number;
}) {
  const place = `{${prefix}:ops}:m:`;
  const addScript = defineScript(
    redis,
    'counts:add',
    readScript(new URL('scripts/add.lua', import.meta.url)),
  );
  const over = new LRUCache<number, MinuteCounts>({ max: mostKnown });

  async function readOne(minute: number, now: number): Promise<MinuteCounts> {
    const known = over.get(minute);
    if (known !== undefined) return known;
    const all = Object.entries(await redis.hgetall(place + minute));
    const counts = all.filter(([field]) => !field.startsWith(firstMark));
    const firsts = all.filter(([field]) => field.startsWith(firstMark));
    const read = {
      minute,
      counts: new Map(counts.map(([field, n]) => [field, Number(n)])),
      firsts: new Map(firsts.map(([field, at]) => [field.slice(firstMark.length), Number(at)])),
    };
    // It does not change any more.
    if (now > (minute + 1) * minuteMs + surelyOverMs) over.set(minute, read);
    return read;
  }

  return {
    minuteMs,
    lastCalls: createReadLastCalls(redis, place),
    broadcastPeople: createBroadcastPeople(redis, place, minuteMs),
    /** Sent again under its name, by whoever does not know whether it arrived, it counts once (for a minute). */
    async add({ name, counts, firsts, calls = [], people = new Map() }: Sending): Promise<void> {
      const sentAt = performance.now();
      const ago = ([field, at]: [string, number]) => [field, Math.max(0, Math.round(sentAt - at))];
      await addScript(
        { place },
        {
          flush: name,
          minuteMs,
          keptMs: minutesKept * minuteMs,
          counts: JSON.stringify(Object.fromEntries(counts)),
          firsts: JSON.stringify(Object.fromEntries([...firsts].map(ago))),
          calls: toldOf(calls, sentAt),
          mostAddresses,
          people: JSON.stringify([...people].map(([whose, digests]) => ({ whose, digests }))),
        },
      );
    },

    /** Some fields alone, of many minutes, from the one of `from` (ms) on as far as they are kept, oldest first. */
    async readFields(fields: readonly string[], from: number, now: number): Promise<FieldCounts[]> {
      const last = Math.floor(now / minuteMs);
      const first = Math.max(Math.floor(from / minuteMs), last - minutesKept + 1);
      const wanted = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
      const read = await Promise.all(wanted.map((minute) => redis.hmget(place + minute, ...fields)));
      return read.map((counts, at) => ({
        minute: first + at,
        counts: counts.map((n) => Number(n ?? 0)),
      }));
    },

    /** The last `count` minutes, this one included, oldest first. `now`: ms of Redis's clock. */
    read(count: number, now: number): Promise<MinuteCounts[]> {
      const last = Math.floor(now / minuteMs);
      const wanted = Array.from({ length: Math.min(count, minutesKept) }, (_, back) => last - back).reverse();
      return Promise.all(wanted.map((minute) => readOne(minute, now)));
    },
  };
}
