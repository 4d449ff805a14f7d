import { randomUUID } from 'node:crypto';
import { createCallNotes } from '#models/counts/last-calls.ts';
import { fieldOf, type Sending } from '#models/counts/minutes.ts';
import { type CountedStep, isTrouble, type Whose } from '#models/counts/steps.ts';

/** Counts a step of a login in this process; costs some tenths of a microsecond and waits for nobody. */
export type Count = (whose: Whose, step: CountedStep) => void;

/** Redis serves nobody else while it adds them: some 1.2 ms. */
const mostInPart = 200;
/** Their digests are added in some 0.4 ms. */
const mostPeopleInPart = 2_000;

/** Notes by a keyed digest who got in, so that a broadcast counts nobody twice; costs no more than a count. */
export type NotePerson = (whose: Whose, digest: string) => void;

export type Tally = ReturnType<typeof createTally>;

/** Counters are changed where they are: to set a number in a map again costs as much as to find it. */
type Steps = Map<string, { n: number }>;
/** Of one enterprise at one account; an enterprise changes its account seldom. */
type Entry = {
  readonly entId: string;
  readonly appid: string;
  readonly steps: Steps;
  readonly people: string[];
};

/**
 * What this process counted and nobody took yet. A login counts some fourteen steps, so nothing is put together for one: the
 * texts that name it are made when it is taken.
 */
export function createTally(now: () => number = () => performance.now()) {
  let entries = new Map<string, Entry[]>();
  let firsts = new Map<string, number>();
  const calls = createCallNotes(now);

  function entryOf(entId: string, appid: string): Entry {
    const ofEnterprise = entries.get(entId);
    if (ofEnterprise !== undefined) {
      for (const entry of ofEnterprise) if (entry.appid === appid) return entry;
    }
    const entry: Entry = { entId, appid, steps: new Map(), people: [] };
    if (ofEnterprise === undefined) entries.set(entId, [entry]);
    else ofEnterprise.push(entry);
    return entry;
  }

  function takeEntries() {
    const taken = [...entries.values()].flat();
    entries = new Map();
    return {
      fields: taken.flatMap(({ entId, appid, steps }) =>
        [...steps].map(([step, { n }]): [string, number] => [fieldOf(entId, appid, step), n]),
      ),
      people: taken.flatMap(({ entId, appid, people }) =>
        people.map((digest) => ({ whose: `${entId}|${appid}`, digest })),
      ),
    };
  }

  return {
    count: (({ entId, appid }, step) => {
      const { steps } = entryOf(entId, appid);
      const counter = steps.get(step);
      if (counter !== undefined) {
        counter.n += 1;
        return;
      }
      steps.set(step, { n: 1 });
      if (isTrouble(step)) firsts.set(fieldOf(entId, appid, step), now());
    }) satisfies Count as Count,

    notePerson: (({ entId, appid }, digest) => {
      entryOf(entId, appid).people.push(digest);
    }) satisfies NotePerson as NotePerson,

    noteCall: calls.note,

    /** Hands over what was counted since the last time, in parts. */
    take(): Sending[] {
      const { fields, people } = takeEntries();
      const notes = calls.take();
      const parts = Math.max(
        Math.ceil((fields.length + notes.length) / mostInPart),
        Math.ceil(people.length / mostPeopleInPart),
      );
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
          people: byWhose(people.slice(n * mostPeopleInPart, (n + 1) * mostPeopleInPart)),
        };
      });
      firsts = new Map();
      return taken;
    },
  };
}

function byWhose(people: readonly { readonly whose: string; readonly digest: string }[]) {
  const groups = Map.groupBy(people, ({ whose }) => whose);
  return new Map([...groups].map(([whose, group]) => [whose, group.map(({ digest }) => digest)]));
}
