import type { FailureReason } from '#models/login/status.ts';

/**
 * The way of a person, in its order; each is counted once for a login unless told. Logins that no longer go on are in the
 * outcomes that follow.
 */
export const wayIn = [
  /** A link was answered; for each request but those of a page that answered it. */
  'opened',
  /** A login was begun, and its browser sent (or shown the button) to WeChat. */
  'sent',
  /** Its first code came back. */
  'back',
  /** Its job is in the queue. */
  'queued',
  /** WeChat took the code, and the token is on record. */
  'exchanged',
] as const;
/** What a page told instead of going on, for each request; and callbacks that brought nothing. */
export const besides = ['outside', 'held', 'consent', 'nocode', 'foreign', 'full', 'unknown'] as const;
/** Its browser was told where to go on (twice where two ingresses tell it at once), and its host took the ticket. */
export const wayOut = ['told', 'redeemed'] as const;
export const goodEnds = ['ready', 'bind', 'snapshot'] as const;

export type CountedStep =
  | (typeof wayIn)[number]
  | (typeof besides)[number]
  | (typeof goodEnds)[number]
  | (typeof wayOut)[number]
  | `failed:${FailureReason}`
  | `again:${string}`
  | `e:${string}:${string}`
  | `d:${string}:${number}`
  | `net:${number}`;

/** Of whom something is counted. */
export type Whose = { readonly entId: string; readonly appid: string };

/** Steps of which it is also noted when they were first met. */
export const isTrouble = (step: string): boolean => /^(failed|again|e):/.test(step);

/** Names of the steps of durations, made once. */
const durationSteps = new Map<string, CountedStep[]>();

const networks = 32;
const networkSteps: readonly CountedStep[] = Array.from({ length: networks }, (_, n) => `net:${n}` as const);
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * From where people are sent to WeChat, one of 32: how many of them were seen says from how many networks people come, whoever
 * counted. Of an account, not of an enterprise. `clientName`: a keyed digest, base64url, which nobody outside can aim at.
 */
export const networkStep = (clientName: string): CountedStep | undefined =>
  clientName === '' ? undefined : networkSteps[alphabet.indexOf(clientName.charAt(0)) % networks];

/** The hours do without them. */
export const isOfHours = (step: string): boolean => !step.startsWith('net:');

/** How long something took: the steps between two neighbours are 19 %, and sums of any of them can be added. */
export function durationStep(what: string, ms: number): CountedStep {
  const bucket = ms <= 1 ? 0 : Math.round(4 * Math.log2(ms));
  let steps = durationSteps.get(what);
  if (steps === undefined) {
    steps = [];
    durationSteps.set(what, steps);
  }
  const known = steps[bucket];
  if (known !== undefined) return known;
  const step: CountedStep = `d:${what}:${bucket}`;
  steps[bucket] = step;
  return step;
}

/** ms, the middle of a step of {@link durationStep}. */
export const durationOf = (bucket: number): number => 2 ** (bucket / 4);
