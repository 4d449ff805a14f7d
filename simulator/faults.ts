import type { Call } from './call-log.ts';
import {
  type Fault,
  type FaultInput,
  faultSchema,
  type Oddity,
  type OddKind,
  oddKinds,
  type Spoiling,
  type Striking,
} from './fault-schema.ts';
import { createSeededRandom } from './random.ts';

const nothing: { delayMs: number; spoiling: Spoiling | undefined } = { delayMs: 0, spoiling: undefined };

const isStriking = (fault: Fault): fault is Striking => !oddKinds.includes(fault.kind);

function aimsAt(fault: Striking, call: Call): boolean {
  if (fault.endpoint === undefined ? call.endpoint === 'authorize' : fault.endpoint !== call.endpoint)
    return false;
  if (fault.appid !== undefined && fault.appid !== call.appid) return false;
  if (fault.code !== undefined && fault.code !== call.code) return false;
  return fault.person === undefined || fault.person === call.person;
}

/** Evenly between ms - spreadMs and ms + spreadMs, never below 0. */
export function drawDelay(latency: { ms: number; spreadMs: number }, random: () => number): number {
  return Math.max(0, latency.ms + (random() * 2 - 1) * latency.spreadMs);
}

export function createFaults({ seed }: { seed: number }) {
  const random = createSeededRandom(seed);
  let active: Fault[] = [];
  let lastId = 0;

  const happens = ({ probability }: Fault) => probability >= 1 || random() < probability;
  function dropSpent(): void {
    active = active.filter((fault) => fault.count === undefined || fault.applied < fault.count);
  }

  return {
    random,
    add(input: FaultInput): Fault {
      lastId += 1;
      const fault = { ...faultSchema.parse(input), id: lastId, applied: 0 };
      active.push(fault);
      return fault;
    },
    list: (): Fault[] => active.map((fault) => ({ ...fault })),
    remove(id: number): boolean {
      const before = active.length;
      active = active.filter((fault) => fault.id !== id);
      return active.length < before;
    },
    clear(): void {
      active = [];
    },
    /** All latencies that aim at the call, added up, and the first fault of another kind. */
    strike(call: Call): typeof nothing {
      if (active.length === 0) return nothing;
      const struck = { ...nothing };
      for (const fault of active) {
        if (!isStriking(fault) || !aimsAt(fault, call)) continue;
        if ((fault.kind !== 'latency' && struck.spoiling) || !happens(fault)) continue;
        fault.applied += 1;
        if (fault.kind === 'latency') struck.delayMs += drawDelay(fault, random);
        else struck.spoiling = fault;
      }
      dropSpent();
      return struck;
    },
    /** The first oddity of this kind for this person, which has then happened. */
    take<Kind extends OddKind>(
      kind: Kind,
      whose: { appid: string; person: string },
    ): Oddity<Kind> | undefined {
      const found = active.find(
        (fault) =>
          fault.kind === kind &&
          (fault.appid ?? whose.appid) === whose.appid &&
          (fault.person ?? whose.person) === whose.person,
      );
      if (!found || !happens(found)) return undefined;
      found.applied += 1;
      dropSpent();
      return found as Oddity<Kind>;
    },
  };
}

export type Faults = ReturnType<typeof createFaults>;
