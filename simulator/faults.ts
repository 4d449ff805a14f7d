import { z } from 'zod';
import { type Call, endpoints } from './call-log.ts';
import { createSeededRandom } from './random.ts';

const aim = {
  /** Left out: the four /sns/ endpoints and stable_token. `authorize` takes latency, html, hang and reset only. */
  endpoint: z.enum([...endpoints, 'authorize']).optional(),
  appid: z.string().optional(),
  code: z.string().optional(),
  person: z.string().optional(),
  probability: z.number().min(0).max(1).default(1),
  /** Strikes so many calls, then is gone. */
  count: z.int().min(1).optional(),
};
// true: WeChat does its work first (the code is spent, a token made) and only the answer suffers.
const burns = (initially: boolean) => z.boolean().default(initially);
const milliseconds = z.int().min(0).max(3_600_000);
const bytes = z
  .int()
  .min(0)
  .max(64 << 20);

export const faultSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('latency'),
      ms: milliseconds,
      spreadMs: milliseconds.default(0),
      ...aim,
    }),
    z.strictObject({
      kind: z.literal('error'),
      errcode: z.int().refine((errcode) => errcode !== 0, 'an errcode of 0 is no error'),
      errmsg: z.string().optional(),
      burns: burns(false),
      ...aim,
    }),
    z.strictObject({
      kind: z.literal('html'),
      status: z.int().min(400).max(599).default(502),
      burns: burns(false),
      ...aim,
    }),
    z.strictObject({ kind: z.enum(['hang', 'reset', 'empty']), burns: burns(false), ...aim }),
    z.strictObject({
      kind: z.enum(['malformed', 'truncated', 'wrong-types', 'invalid-utf8', 'raw-control']),
      burns: burns(true),
      ...aim,
    }),
    z.strictObject({ kind: z.literal('drip'), ms: milliseconds.default(1000), burns: burns(true), ...aim }),
    z.strictObject({
      kind: z.literal('oversized'),
      bytes: bytes.default(10 << 20),
      burns: burns(true),
      ...aim,
    }),
    z.strictObject({ kind: z.literal('gzip'), bytes: bytes.default(0), burns: burns(true), ...aim }),
  ])
  .refine(
    (fault) => fault.endpoint !== 'authorize' || ['latency', 'html', 'hang', 'reset'].includes(fault.kind),
    {
      message: 'the authorize page knows only latency, html, hang and reset',
    },
  );

export type FaultInput = z.input<typeof faultSchema>;
export type Fault = z.output<typeof faultSchema> & { id: number; applied: number };
export type Spoiling = Exclude<Fault, { kind: 'latency' }>;

const nothing: { delayMs: number; spoiling: Spoiling | undefined } = { delayMs: 0, spoiling: undefined };

function aimsAt(fault: Fault, call: Call): boolean {
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
        if (!aimsAt(fault, call) || (fault.kind !== 'latency' && struck.spoiling)) continue;
        if (fault.probability < 1 && random() >= fault.probability) continue;
        fault.applied += 1;
        if (fault.kind === 'latency') struck.delayMs += drawDelay(fault, random);
        else struck.spoiling = fault;
      }
      active = active.filter((fault) => fault.count === undefined || fault.applied < fault.count);
      return struck;
    },
  };
}

export type Faults = ReturnType<typeof createFaults>;
