import { z } from 'zod';
import type { Behaviour } from './behaviour.ts';

const snsEndpoints = ['access_token', 'refresh_token', 'userinfo', 'auth'] as const;
export type SnsEndpoint = (typeof snsEndpoints)[number];
/** Of an account's own token, by the paths below /cgi-bin/. */
export const tokenEndpoints = ['token', 'stable_token'] as const;
export type TokenEndpoint = (typeof tokenEndpoints)[number];
export const endpoints = [...snsEndpoints, ...tokenEndpoints] as const;
export type Endpoint = (typeof endpoints)[number];

/** One request that reached the simulator, or (`callback`) one that it sent by itself. */
export type Call = {
  seq: number;
  /** Milliseconds since the epoch, at arrival. */
  time: number;
  endpoint: Endpoint | 'authorize' | 'qrconnect' | 'callback';
  appid: string | null;
  code: string | null;
  person: string | null;
  /** Only `authorize` and `callback`. */
  state: string | null;
  /** The kind of the fault that spoiled this call. */
  fault: string | null;
  /** As answered: 0 = success; null = no readable errcode was answered. For `authorize` the page code shown. */
  errcode: number | null;
  /** Did this very call spend the code? True also when its answer never arrived. */
  consumed: boolean;
  /** HTTP status: of the answer, or for `callback` the product's (null = none came). */
  status: number | null;
  /** null while unanswered: hanging, reset, or the caller went away first. */
  answeredAt: number | null;
};

export const callFilterSchema = z.strictObject({
  since: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(100_000).default(10_000),
  endpoint: z.enum([...endpoints, 'authorize', 'qrconnect', 'callback']).optional(),
  appid: z.string().optional(),
  code: z.string().optional(),
  state: z.string().optional(),
});
export type CallFilter = z.input<typeof callFilterSchema>;

/** A ring: the newest `capacity` calls, older ones counted as dropped. */
export function createCallLog(deps: { behaviour: Behaviour; now: () => number; capacity: number }) {
  const { behaviour, now, capacity } = deps;
  const ring: Call[] = [];
  let next = 0;
  let clearedAt = 0;

  /** Read on with `since: next`; `dropped` calls fell out of the ring before this read reached them. */
  function read(filter: CallFilter = {}): { calls: Call[]; next: number; dropped: number } {
    const { since, limit, ...wanted } = callFilterSchema.parse(filter);
    const tests = Object.entries(wanted).filter(([, value]) => value !== undefined) as [keyof Call, string][];
    const calls: Call[] = [];
    let seq = Math.max(since, clearedAt, next - capacity);
    const dropped = seq - Math.max(since, clearedAt);
    for (; seq < next && calls.length < limit; seq += 1) {
      const call = ring[(seq - clearedAt) % capacity];
      if (call && tests.every(([name, value]) => call[name] === value)) calls.push({ ...call });
    }
    return { calls, next: Math.max(seq, since), dropped };
  }

  return {
    begin(endpoint: Call['endpoint']): Call {
      const call: Call = {
        seq: next,
        time: now(),
        endpoint,
        appid: null,
        code: null,
        person: null,
        state: null,
        fault: null,
        errcode: null,
        consumed: false,
        status: null,
        answeredAt: null,
      };
      if (!behaviour.log) return call;
      ring[(next - clearedAt) % capacity] = call;
      next += 1;
      return call;
    },
    /** Notes when and how the call was answered; a response that was cut off before its head counts as none. */
    answered(call: Call, response: { headersSent: boolean; statusCode: number }): void {
      if (!response.headersSent) return;
      call.status = response.statusCode;
      call.answeredAt = now();
    },
    clear(): void {
      clearedAt = next;
      ring.length = 0;
    },
    read,
    /** The newest `count`, newest first. */
    latest: (count: number): Call[] => read({ since: Math.max(0, next - count) }).calls.reverse(),
  };
}

export type CallLog = ReturnType<typeof createCallLog>;
