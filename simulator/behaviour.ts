import { z } from 'zod';

const milliseconds = z
  .int()
  .min(0)
  .max(366 * 86_400_000);
const quota = z.int().min(0).nullable();

/**
 * How the simulated WeChat behaves towards everybody; changed while it runs. Faults (see `faults.ts`) are for what
 * goes wrong, this is for the weather.
 */
export const behaviourSchema = z.strictObject({
  /** What snsapi_userinfo meets: the consent page, no question, or WeChat's snapshot page. snsapi_base is always silent. */
  consent: z.enum(['ask', 'silent', 'snapshot']),
  /** Who holds the phone when neither the request nor a cookie names anybody. */
  person: z.string().min(1).max(64),
  /** A person who authorised the account this recently is not asked again; WeChat: about 30 days, here 0 = always ask. */
  silentForMs: milliseconds,
  /** 'redirect' is what old documents claim: back to the redirect URI with state and no code. */
  refusal: z.enum(['stay', 'redirect']),
  strictOrder: z.boolean(),
  requireWeChatUserAgent: z.boolean(),
  /** WeChat's own servers also request the callback: with the same code, or another code and the same state. */
  doubleCallback: z.enum(['off', 'same', 'new']),
  /** true: the extra request is answered before the browser is redirected; false: both at the same moment. */
  doubleCallbackFirst: z.boolean(),
  /** The same callback once more, this long after the redirect; null = never. */
  lateReplayMs: milliseconds.nullable(),
  /** Every /sns/ call is carried out on arrival and answered this much later, evenly spread around `ms`. */
  latency: z.strictObject({ ms: milliseconds, spreadMs: milliseconds.default(0) }),
  codeLifetimeMs: milliseconds,
  accessTokenLifetimeMs: milliseconds,
  refreshTokenLifetimeMs: milliseconds,
  /** Calls per account and endpoint before 45011 (minute) and 45009 (day); null = no limit. */
  minuteQuota: quota,
  dailyQuota: quota,
  /** How long WeChat's minute is: a test that cannot wait for one makes it shorter. */
  minuteMs: z.int().min(100).max(60_000),
  /** false: the token answer hides is_snapshotuser, as was reported of first visits. */
  snapshotFlag: z.boolean(),
  log: z.boolean(),
});

export type Behaviour = z.output<typeof behaviourSchema>;
export const behaviourChangesSchema = behaviourSchema.partial();
export type BehaviourChanges = z.input<typeof behaviourChangesSchema>;

const defaults: Behaviour = {
  consent: 'ask',
  person: 'xiaoming',
  silentForMs: 0,
  refusal: 'stay',
  strictOrder: true,
  requireWeChatUserAgent: false,
  doubleCallback: 'off',
  doubleCallbackFirst: false,
  lateReplayMs: null,
  latency: { ms: 0, spreadMs: 0 },
  codeLifetimeMs: 5 * 60_000,
  accessTokenLifetimeMs: 7_200_000,
  refreshTokenLifetimeMs: 30 * 86_400_000,
  minuteQuota: null,
  dailyQuota: null,
  minuteMs: 60_000,
  snapshotFlag: true,
  log: true,
};

/** One object that everybody holds and `change` writes into, so that the hot path reads plain properties. */
export function createBehaviour(initial: BehaviourChanges = {}) {
  const current: Behaviour = { ...defaults };
  const change = (changes: BehaviourChanges): Behaviour => {
    const known = Object.entries(behaviourChangesSchema.parse(changes)).filter(
      ([, value]) => value !== undefined,
    );
    return Object.assign(current, Object.fromEntries(known));
  };
  change(initial);
  const begun = { ...current };
  return { current, change, reset: (): Behaviour => Object.assign(current, begun) };
}
