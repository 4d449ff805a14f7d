import { z } from 'zod';

/** Of the tests of accounts' secrets: a queue, since only workers may call WeChat. Processes before 0.3 do not know it. */
export const probeQueueName = 'probe';

/** `diesAt`: ms of Redis's clock; nobody waits for it any more. */
export type ProbeJob = { readonly appid: string; readonly diesAt: number };

/** What WeChat said to a call: `ok`, an errcode, or why there was no answer. Nothing else of the answer is kept. */
const result = z.union([z.int(), z.enum(['ok', 'timeout', 'network', 'malformed', 'http'])]);
export type ProbeResult = z.output<typeof result>;

/**
 * How a test ended. `stableToken`: the secret, the appid and the IP list; `token`: whether a login's code would be taken, asked
 * with a made-up one, for which 40029 is the good answer; `address`: ours, which WeChat refused. Or what kept the worker from calling.
 */
export const probeOutcome = z.union([
  z.strictObject({ stableToken: result, token: result, address: z.string().max(45).optional() }),
  z.strictObject({ notCalled: z.enum(['unknown-account', 'unsealable', 'late']) }),
]);
export type ProbeOutcome = z.output<typeof probeOutcome>;
