/** So many people are remembered, roughly. */
const remembered = 200;
const fewKnown = 0.3;
/** An insert that takes longer waits for a majority, and known people must not wait with it. */
const heldUpAfterMs = 1_000;

export type LikelyNew = ReturnType<typeof createLikelyNew>;

/**
 * Whether the next person is likely to be new, by those before: then the look whether there is a binding is left out, and an
 * insert that is refused tells. Where many are known it costs less to look first.
 */
export function createLikelyNew({ now = () => performance.now() }: { now?: () => number } = {}) {
  let knownShare = 1;
  let inserting = 0;
  let insertingSince = 0;

  return {
    isLikely: (): boolean =>
      knownShare < fewKnown && (inserting === 0 || now() - insertingSince < heldUpAfterMs),

    note(isKnown: boolean): void {
      knownShare += (Number(isKnown) - knownShare) / remembered;
    },

    /** An insert that fails makes everybody look first until enough new people have come. */
    async watch<T>(insert: () => Promise<T>): Promise<T> {
      if (inserting === 0) insertingSince = now();
      inserting += 1;
      try {
        return await insert();
      } catch (error) {
        knownShare = 1;
        throw error;
      } finally {
        inserting -= 1;
      }
    },
  };
}
