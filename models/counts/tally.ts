import { randomUUID } from 'node:crypto';
import { createCallNotes } from '#models/counts/last-calls.ts';
import { fieldOf, type Sending } from '#models/counts/minutes.ts';
import { type CountedStep, isTrouble, type Whose } from '#models/counts/steps.ts';

/** Counts a step of a login in this process; costs some tenths of a microsecond and waits for nobody. */
export type Count = (whose: Whose, step: CountedStep) => void;

/** Redis serves nobody else while it adds them: some 1.2 ms. */
const mostInPart = 200;

export type Tally = ReturnType<typeof createTally>;

type Steps = Map<string, number>;
/** Of one enterprise at one account; an enterprise changes its account seldom. */
type Entry = { readonly entId: string; readonly appid: string; readonly steps: Steps };

/**
 * What this process counted and nobody took yet. A login counts some fourteen steps, so nothing is put together for one: the
 * texts that name it are made when it is taken.
 */
export function createTally(now: () => number = () => performance.now()) {
  let entries = new Map<string, Entry[]>();
  let firsts = new Map<string, number>();
  const calls = createCallNotes(now);

  function stepsOf(entId: string, appid: string): Steps {
    const ofEnterprise = entries.get(entId);
    if (ofEnterprise !== undefined) {
      for (const entry of ofEnterprise) if (entry.appid === appid) return entry.steps;
    }
    const entry: Entry = { entId, appid, steps: new Map() };
    if (ofEnterprise === undefined) entries.set(entId, [entry]);
    else ofEnterprise.push(entry);
    return entry.steps;
  }

  function takeFields(): [string, number][] {
    const taken = [...entries.values()].flat();
    entries = new Map();
    return taken.flatMap(({ entId, appid, steps }) =>
      [...steps].map(([step, n]): [string, number] => [fieldOf(entId, appid, step), n]),
    );
  }

  return {
    count: (({ entId, appid }, step) => {
      const steps = stepsOf(entId, appid);
      const n = steps.get(step);
      steps.set(step, n === undefined ? 1 : n + 1);
      if (n === undefined && isTrouble(step)) firsts.set(fieldOf(entId, appid, step), now());
    }) satisfies Count as Count,

    noteCall: calls.note,

    /** Hands over what was counted since the last time, in parts. */
    take(): Sending[] {
      const fields = takeFields();
      const notes = calls.take();
      const parts = Math.ceil((fields.length + notes.length) / mostInPart);
      const taken = Array.from({ length: parts }, (_, n) => {
        const [from, to] = [n * mostInPart, (n + 1) * mostInPart];
        const part = fields.slice(from, to);
        const met = part.flatMap(([field]) => {
          const at = firsts.get(field);
          return at === undefined ? [] : [[field, at] as const];
        });
        return {
          name: randomUUID(),
          counts: new Map(part),
          firsts: new Map(met),
          // After the last of the fields, where there is room.
          calls: notes.slice(Math.max(0, from - fields.length), Math.max(0, to - fields.length)),
        };
      });
      firsts = new Map();
      return taken;
    },
  };
}
