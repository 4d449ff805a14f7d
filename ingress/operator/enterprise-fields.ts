import type { z } from 'zod';
import type { enterpriseForm } from '#ingress/operator/forms.ts';
import { patchUpdate } from '#ingress/operator/patch-update.ts';
import type { EnterpriseDocument } from '#models/documents/enterprise.ts';

type EnterpriseForm = z.output<typeof enterpriseForm>;
type Member = Exclude<keyof EnterpriseForm, 'ent_id'>;

/** The operator's word for each field of the document. */
const fields = {
  appid: 'appid',
  name: 'name',
  login_url: 'loginUrl',
  bind_url: 'bindUrl',
  target_prefixes: 'targetPrefixes',
  unbound: 'unbound',
  scope: 'scope',
  consent_page: 'consentPage',
  initiate_login_uri: 'initiateLoginUri',
  require_state: 'requireState',
  unionid: 'unionid',
  privacy_url: 'privacyUrl',
  terms_url: 'termsUrl',
  support: 'support',
  logo_url: 'logoUrl',
  brand_color: 'brandColor',
} as const satisfies Record<Member, keyof EnterpriseDocument>;
const members = Object.entries(fields) as [Member, keyof EnterpriseDocument][];

/** The document of a release that did not know them yet. */
const defaults = { require_state: false, unionid: 'never' } as const;

/** An enterprise as it is shown: a member that has no value is left out. */
export function toAnswer(enterprise: EnterpriseDocument): Record<string, unknown> & { ent_id: string } {
  const shown = members.map(([member, field]) => [member, enterprise[field]] as const);
  const present = shown.filter(([, value]) => value !== undefined && value !== null);
  return { ent_id: enterprise.entId, ...defaults, ...Object.fromEntries(present) };
}

/** As patch-update.ts says; `onInsert` is written where the enterprise is new. */
export function toUpdate(form: EnterpriseForm, patch: object, onInsert: { apiKeyDigest: string }) {
  const { set, unset, setOnInsert } = patchUpdate(members, form, patch);
  return { $set: set, $unset: unset, $setOnInsert: { ...onInsert, ...setOnInsert } };
}
