import { z } from 'zod';
import { scopeModes, unboundActions, unionidPolicies } from '#models/documents/enterprise.ts';
import { pauseLevels } from '#models/documents/service-account.ts';
import { sourceNames } from '#wechat/sources/all-sources.ts';

/** Of an enterprise, an account or a client. */
export const idPattern = /^[0-9A-Za-z_-]{1,64}$/;

export const idInPath = z.string().regex(idPattern, 'must be 1 to 64 letters, digits, _ or -');
const id = idInPath;
export const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'must consist of printable characters');

const visible = /^[\x21-\x5b\x5d-\x7e]+$/;
export const webAddress = z
  .string()
  .max(2_048)
  .regex(visible, 'must consist of visible ASCII characters (percent-encode the others) without a backslash')
  .refine(isWebAddress, 'must be an absolute http or https URL without user name, password and fragment');
const targetPrefix = z
  .string()
  .max(1_024)
  .regex(visible, 'must consist of visible ASCII characters (percent-encode the others) without a backslash')
  .refine(
    (value) => /^\/(?!\/)/.test(value) || isWebAddress(value),
    'must be a path that begins with a single / or an absolute http or https URL',
  );

function isWebAddress(value: string): boolean {
  // Without the slashes URL would read `https:host` as an address, and browsers would too.
  if (!/^https?:\/\//i.test(value) || value.includes('#')) return false;
  const url = URL.parse(value);
  return url !== null && url.username === '' && url.password === '';
}

/** What a service account is after PUT /v1/accounts/{appid}, but for a secret that stays. */
export const accountForm = z.strictObject({
  /** May be given, so that what GET answers can be changed and PUT back; must agree with the path. */
  appid: id.optional(),
  secret: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters')
    .optional(),
  name,
  /** How its people log in; may be left out while there is one way. */
  source: z.enum(sourceNames).optional(),
  verify_files: z
    .record(
      z.string().regex(/^MP_verify_[0-9A-Za-z]{1,64}\.txt$/, 'must be named MP_verify_….txt'),
      z
        .string()
        .min(1)
        .max(1_024)
        .regex(/^[^\p{Cc}\p{Cs}]*[\r\n]*$/u, 'must be one line of text'),
    )
    .refine((files) => Object.keys(files).length <= 20, 'must not be more than 20')
    .default({}),
  /** May be given as GET answers it; it is changed by POST …/pause and …/resume. */
  paused: z
    .strictObject({
      level: z.enum(pauseLevels),
      by: z.string(),
      at: z.iso.datetime(),
      reason: z.string().optional(),
      sentence: z.string().optional(),
      until: z.iso.datetime().optional(),
    })
    .optional(),
});

/** What an enterprise is after PUT /v1/enterprises/{ent_id}. */
export const enterpriseForm = z
  .strictObject({
    /** As in {@link accountForm}. */
    ent_id: id.optional(),
    appid: id,
    name,
    login_url: webAddress,
    bind_url: webAddress.optional(),
    target_prefixes: z.array(targetPrefix).max(50).default([]),
    unbound: z.enum(unboundActions).default('create'),
    scope: z.enum(scopeModes).default('snsapi_userinfo'),
    consent_page: z.boolean().default(false),
    initiate_login_uri: webAddress.optional(),
    require_state: z.boolean().default(false),
    unionid: z.enum(unionidPolicies).default('never'),
    privacy_url: webAddress.optional(),
    terms_url: webAddress.optional(),
    support: name.optional(),
    logo_url: webAddress.optional(),
    brand_color: z
      .string()
      .regex(/^#[0-9A-Fa-f]{6}$/, 'must be #rrggbb')
      .optional(),
  })
  .refine((form) => form.unbound !== 'bind' || form.bind_url !== undefined, {
    path: ['bind_url'],
    error: 'is required when unbound is "bind"',
    // Told together with the other faults, not after they are mended.
    when: ({ value }) => typeof value === 'object' && value !== null,
  });

/** A week is enough to tell every host of the new key. */
const longestOverlapSeconds = 7 * 86_400;

export const overlapSeconds = z.number().int().min(0).max(longestOverlapSeconds).default(0);

/** The body of POST /v1/enterprises/{ent_id}/rotate-key, if there is one. */
export const rotationForm = z.strictObject({ keep_old_for: overlapSeconds });

/** The id in the path. */
export const appidInPath = z.object({ appid: id });
export const entIdInPath = z.object({ ent_id: id });
