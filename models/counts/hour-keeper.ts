import { partMs } from '#models/counts/hours.ts';
import { isOfHours } from '#models/counts/steps.ts';

/** Of 200 enterprises that are busy for some hours: some 20 MB. What is more is lost, the oldest first. */
const mostFields = 100_000;

type Counts = ReadonlyMap<string, number>;

/**
 * What the hours have not got yet, by the ten minutes that it was counted in. `write` answers what was not taken; that, and all of
 * it where it throws, is kept for the next time.
 */
export function createHourKeeper(
  write: (counts: Counts, at: number) => Promise<Counts>,
  { most = mostFields } = {},
) {
  const parts = new Map<number, Map<string, number>>();
  let fields = 0;
  let flushing: Promise<void> | undefined;

  /** `at`: ms since the epoch. */
  function add(counts: Counts, at: number): void {
    const begins = Math.floor(at / partMs) * partMs;
    const part = parts.get(begins) ?? new Map<string, number>();
    fields -= part.size;
    for (const [field, n] of counts)
      if (isOfHours(field.slice(field.lastIndexOf('|') + 1))) part.set(field, (part.get(field) ?? 0) + n);
    fields += part.size;
    parts.set(begins, part);
    for (const oldest of [...parts.keys()].toSorted((a, b) => a - b)) {
      if (fields <= most || parts.size === 1) return;
      fields -= parts.get(oldest)?.size ?? 0;
      parts.delete(oldest);
    }
  }

  async function flushAll(): Promise<void> {
    for (const [begins, counts] of [...parts]) {
      // It may have been given up meanwhile, to make room: then it counts no more, and is written since it is at hand.
      if (parts.get(begins) === counts) {
        parts.delete(begins);
        fields -= counts.size;
      }
      const left = await write(counts, begins).catch((error: unknown) => {
        add(counts, begins);
        throw error;
      });
      if (left.size > 0) add(left, begins);
    }
  }

  return {
    add,
    /** One at a time. Rejects with what `write` throws. */
    flush(): Promise<void> {
      flushing ??= flushAll().finally(() => {
        flushing = undefined;
      });
      return flushing;
    },
    /** Fields that wait. */
    size: (): number => fields,
  };
}
