import { randomUUID } from 'node:crypto';
import { fieldOf, type Sending } from '#models/counts/minutes.ts';
import { type CountedStep, isTrouble, type Whose } from '#models/counts/steps.ts';

/** Counts a step of a login in this process; costs some tenths of a microsecond and waits for nobody. */
export type Count = (whose: Whose, step: CountedStep) => void;

/** Redis serves nobody else while it adds them: some 1.2 ms. */
const mostInPart = 200;

export type Tally = ReturnType<typeof createTally>;

/** What this process counted and nobody took yet. */
export function createTally(now: () => number = () => performance.now()) {
  let counts = new Map<string, number>();
  let firsts = new Map<string, number>();

  return {
    count: (({ entId, appid }, step) => {
      const field = fieldOf(entId, appid, step);
      const n = counts.get(field);
      counts.set(field, (n ?? 0) + 1);
      if (n === undefined && isTrouble(step) && !firsts.has(field)) firsts.set(field, now());
    }) satisfies Count as Count,

    /** Hands over what was counted since the last time, in parts. */
    take(): Sending[] {
      const fields = [...counts];
      const parts = Math.ceil(fields.length / mostInPart);
      const taken = Array.from({ length: parts }, (_, n) => {
        const part = fields.slice(n * mostInPart, (n + 1) * mostInPart);
        const met = part.flatMap(([field]) => {
          const at = firsts.get(field);
          return at === undefined ? [] : [[field, at] as const];
        });
        return { name: randomUUID(), counts: new Map(part), firsts: new Map(met) };
      });
      counts = new Map();
      firsts = new Map();
      return taken;
    },
  };
}
