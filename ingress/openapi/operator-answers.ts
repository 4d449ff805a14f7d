import { z } from 'zod';
import { holdReasons } from '#ingress/admission/hold-reason.ts';
import { conditionNames, severities } from '#ingress/operate/conditions.ts';
import { funnelOf } from '#ingress/operate/funnel.ts';
import { clientForm } from '#ingress/operator/client-form.ts';
import { accountForm, enterpriseForm, idInPath } from '#ingress/operator/forms.ts';
import { accountStates } from '#models/account/state.ts';
import { idTokenAlgs } from '#models/documents/client.ts';
import { namedRoles } from '#models/documents/operator.ts';
import { pauseStates } from '#models/documents/service-account.ts';

const instant = z.iso.datetime();
const nextCursor = z.string().optional();
const { secret: _, ...accountMembers } = accountForm.shape;

/** An account as it is shown: without its secret. */
export const account = z.strictObject({ ...accountMembers, appid: idInPath });
export const accountPage = z.strictObject({ accounts: z.array(account), next_cursor: nextCursor });

/** `result`: `ok`, WeChat’s errcode, or why there was no answer. */
export const secretTest = z.strictObject({
  appid: z.string(),
  tested: z.boolean(),
  ok: z.boolean(),
  checks: z.array(
    z.strictObject({
      call: z.enum(['stable_token', 'token']),
      result: z.string(),
      means: z.string(),
      do: z.string(),
    }),
  ),
  means: z.string(),
  do: z.string(),
});

export const enterprise = z.strictObject({ ...enterpriseForm.shape, ent_id: idInPath });
export const enterprisePage = z.strictObject({ enterprises: z.array(enterprise), next_cursor: nextCursor });
/** All is stored; only a logo may be missing. */
export const changedEnterprise = enterprise.extend({ logo_error: z.string().optional() });
/** With the key, when the enterprise is new: told once. */
export const newEnterprise = changedEnterprise.extend({ api_key: z.string() });
export const rotatedKey = z.strictObject({
  ent_id: z.string(),
  api_key: z.string(),
  old_key_until: instant.optional(),
});
/** `null`: too many to be counted in time. */
const count = z.int().min(0).nullable();
export const erased = z.strictObject({
  ent_id: z.string(),
  erased: z.strictObject({ bindings: count, history: count }),
});

export const client = z.strictObject({ ...clientForm.shape, client_id: idInPath });
export const clientPage = z.strictObject({ clients: z.array(client), next_cursor: nextCursor });
/** With the secret, when the client is new or gets its first one: told once. */
export const clientWithSecret = client.extend({ client_secret: z.string().optional() });
export const rotatedSecret = z.strictObject({
  client_id: z.string(),
  client_secret: z.string(),
  old_secret_until: instant.optional(),
});
export const signingKeys = z.strictObject({
  keys: z.array(
    z.strictObject({
      kid: z.string(),
      alg: z.enum(idTokenAlgs),
      state: z.enum(['next', 'current', 'retired']),
      used_from: instant,
    }),
  ),
});

export const operator = z.strictObject({
  name: z.string(),
  role: z.enum(namedRoles),
  expires_at: instant.optional(),
  created_by: z.string(),
  created_at: instant,
  last_used_at: instant.optional(),
});
export const operatorList = z.strictObject({ operators: z.array(operator) });
/** With the token, when it is new: told once. */
export const newOperator = operator.extend({ token: z.string() });

const step = z.strictObject({
  at: instant,
  step: z.enum(['begun', 'code recorded', 'ended']),
  code: z.int().optional(),
  outcome: z.string().optional(),
  reason: z.string().optional(),
  errcode: z.int().optional(),
  endpoint: z.string().optional(),
  cause: z.string().optional(),
  took_ms: z.record(z.string(), z.number()).optional(),
});
/** How one login went. Nothing of the person is in it. */
export const login = z.strictObject({
  login: z.string(),
  support_code: z.string(),
  ent_id: z.string(),
  appid: z.string(),
  status: z.string(),
  stage: z.string().optional(),
  codes: z.int().optional(),
  job: z.string().optional(),
  lost_rounds: z.int().optional(),
  reason: z.string().optional(),
  code_dies_at: instant.optional(),
  redeemed: z.boolean().optional(),
  unbound: z.boolean().optional(),
  because: z.string().optional(),
  timeline: z.array(step),
});

const funnelSteps = Object.keys(funnelOf([]));
const took = z.strictObject({ p50: z.int(), p95: z.int(), p99: z.int() }).nullable();
const count0 = z.int().min(0);
const short = {
  sent: count0,
  back: count0,
  ready: count0,
  bind: count0,
  told: count0,
  redeemed: count0,
  failing: count0,
  failed: count0,
  again: count0,
  took_ms: took,
};
export const incident = z.strictObject({
  id: z.string(),
  key: z.string(),
  condition: z.enum(conditionNames),
  severity: z.enum(severities),
  appid: z.string().optional(),
  ent_ids: z.array(z.string()),
  errcode: z.int().optional(),
  cause: z.string(),
  addresses: z.array(z.string()).optional(),
  since: instant,
  until: instant.optional(),
  people: count0,
  what: z.string(),
  do: z.string(),
  acknowledged_by: z.string().optional(),
});
const standing = z.strictObject({
  appid: z.string(),
  state: z.enum([...Object.values(pauseStates), ...accountStates]),
  cause: z.string().optional(),
  waiting: count0,
  /** Of one that an operator has paused: people in line before WeChat, codes that die and when the last of them does. */
  held: count0.optional(),
  codes: count0.optional(),
  codes_die_by: instant.optional(),
  since: instant.optional(),
  by: z.string().optional(),
  reason: z.string().optional(),
  sentence: z.string().optional(),
  /** When its pause is over by itself. */
  until: instant.optional(),
});
/** What is the matter, and how far people come. */
export const live = z.strictObject({
  at: instant,
  window: z.enum(['15m', '24h', '30d']),
  stale_since: instant.optional(),
  /** Nothing was learned since this process began: zeros mean nothing. */
  is_unknown: z.literal(true).optional(),
  /** When the last incident was over, while none is open. */
  good_since: instant.optional(),
  incidents: z.array(incident),
  standing: z.array(standing),
  /** Of enterprises and accounts, by their ids. */
  names: z.record(z.string(), z.string()),
  funnel: z.strictObject(Object.fromEntries(funnelSteps.map((step) => [step, count0]))),
  /** Of the last five minutes, by sums. */
  on_their_way: z.strictObject({ at_wechat: count0, here: count0 }),
  waiting: count0,
  live_workers: count0,
  /** People in line before WeChat, and how long the last of them waits. */
  held: z.strictObject({ people: count0, wait_seconds: count0 }),
  /** The login that has waited longest for its end. */
  oldest: z
    .strictObject({
      support_code: z.string(),
      appid: z.string(),
      ent_id: z.string(),
      since: instant,
      why: z.enum([...holdReasons, 'worker', 'account', 'call']),
      until: instant.optional(),
    })
    .optional(),
  took_ms: took,
  steps_took_ms: z.record(z.string(), took),
  troubles: z.array(z.strictObject({ step: z.string(), n: count0 })),
  /** A number for each point of the window. */
  series: z.strictObject({
    at: z.array(instant),
    sent: z.array(count0),
    in: z.array(count0),
    failing: z.array(count0),
    kinds: z.array(z.strictObject({ step: z.string(), n: z.array(count0) })),
  }),
  enterprises: z.array(z.strictObject({ ent_id: z.string(), ...short })),
  accounts: z.array(
    z.strictObject({ appid: z.string(), ...short, calls_a_minute: count0, takes_a_minute: count0 }),
  ),
});
