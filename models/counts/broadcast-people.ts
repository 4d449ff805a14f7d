import type { RedisClient } from '#connections/redis-client.ts';

/** People of a broadcast are told apart for so long from its begin on; who logs in later does not come for its message. */
export const runsMs = 24 * 3_600_000;
/** Not before that long after its begin it is forgotten how many they were: scripts/add.lua. */
export const peopleKeptMs = 48 * 3_600_000;
/** A HyperLogLog is off by 0.8 %: what it says less than this below the logins is no sign that anybody logged in twice. */
const surelyLess = 0.02;

type Whose = { readonly id: string; readonly entId: string; readonly appid: string };

/** `named`: logins whose person is known, and `people`: how many different ones these were, within 2 %. */
export type PeopleCount = { readonly people: number; readonly named: number };

/**
 * How many different people got in since a broadcast began. scripts/add.lua puts their digests into one HyperLogLog of at most
 * 12 KB for each broadcast that is marked here; by whole counted minutes, so that it says of whom the minutes say how many.
 * All keys begin with `place`, so they are in one slot. Throws what Redis throws.
 */
export function createBroadcastPeople(redis: RedisClient, place: string, minuteMs: number) {
  const markedOf = ({ entId, appid }: Whose) => `${place}running:${entId}|${appid}`;
  return {
    /** `beginsAt`: ms since the epoch. Who got in before this was called is not among the named. */
    async begin(broadcast: Whose, beginsAt: number): Promise<void> {
      const from = Math.floor(beginsAt / minuteMs) * minuteMs;
      const until = from + runsMs;
      const marked = markedOf(broadcast);
      await redis.hset(marked, broadcast.id, `${from}|${until}`);
      // As long as the last of an enterprise's broadcasts runs; Redis 6.2 has no PEXPIREAT GT.
      await redis.pexpireat(marked, Math.max(until, Date.now() + (await redis.pttl(marked))));
    },

    /** `endsAt`: ms since the epoch; its minute is counted to the end. */
    async end(broadcast: Whose, endsAt: number): Promise<void> {
      const marked = markedOf(broadcast);
      const [from, until] = ((await redis.hget(marked, broadcast.id)) ?? '').split('|').map(Number);
      if (from === undefined || until === undefined) return;
      const sooner = Math.min(until, Math.ceil(endsAt / minuteMs) * minuteMs);
      await redis.hset(marked, broadcast.id, `${from}|${sooner}`);
    },

    async count(id: string): Promise<PeopleCount> {
      const [estimate, told] = await Promise.all([
        redis.pfcount(`${place}people:${id}`),
        redis.get(`${place}named:${id}`),
      ]);
      const named = Number(told ?? 0);
      return { named, people: estimate < named * (1 - surelyLess) ? estimate : named };
    },
  };
}
