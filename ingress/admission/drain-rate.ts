/** So few waiting logins are the ordinary course of things. */
export const ordinary = 100;
/** What a fleet is trusted with until it has shown more, in logins a second. */
const trustedRate = 200;
/** A backlog this old is being worked off as fast as it can be: what is measured then is the true rate. */
const provenAfterMs = 3_000;
/** The rate is that of the last seconds. */
const rememberedMs = 2_000;
/** A fleet's best is forgotten slowly. */
const bestHalvesInMs = 6 * 60_000;

export type DrainRate = ReturnType<typeof createDrainRate>;

/**
 * Logins a second that the workers of a shard end: what they have shown of late, and in a backlog what they show now. Time is
 * what passed by Redis's clock between two readings, so that a process that is late itself does not take four intervals
 * for one.
 */
export function createDrainRate() {
  let rate = 0;
  let best = trustedRate;
  let last: { now: number; ended: number } | undefined;
  let busySince: number | undefined;
  let isProven = false;

  return {
    /** `now`: Redis's clock, ms; `ended`: logins ended, ever, of which a fall means that Redis forgot them. */
    note({ now, ended, waiting }: { now: number; ended: number; waiting: number }): void {
      const passedMs = last === undefined ? 0 : now - last.now;
      if (passedMs > 0) {
        const each = (Math.max(ended - (last?.ended ?? ended), 0) / passedMs) * 1_000;
        rate += (each - rate) * (1 - Math.exp(-passedMs / rememberedMs));
        best = Math.max(best * 2 ** (-passedMs / bestHalvesInMs), rate);
      }
      last = { now, ended };
      busySince = waiting <= ordinary ? undefined : (busySince ?? now);
      isProven = busySince !== undefined && now - busySince > provenAfterMs;
    },
    perSecond: (): number => Math.max(isProven ? rate : best, 1),
  };
}
