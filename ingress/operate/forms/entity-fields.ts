import type { Field } from '#ingress/operate/forms/field.ts';
import { clientAuthMethods, clientScopes, idTokenAlgs } from '#models/documents/client.ts';
import { scopeModes, unboundActions, unionidPolicies } from '#models/documents/enterprise.ts';

const text = (name: string): Field => ({ name, kind: 'text' });
const needed = (name: string): Field => ({ name, kind: 'text', isRequired: true });

/** The members that a form changes, in its order; a test holds them against the doors' schemas. */
export const accountFields: readonly Field[] = [needed('name')];
/** Of a new account; a new secret of an old one has a form of its own. */
export const secretField: Field = { name: 'secret', kind: 'secret', isRequired: true };

export const enterpriseFields: readonly Field[] = [
  needed('appid'),
  needed('name'),
  needed('login_url'),
  text('bind_url'),
  { name: 'unbound', kind: 'choice', options: unboundActions },
  { name: 'target_prefixes', kind: 'lines' },
  text('initiate_login_uri'),
  { name: 'require_state', kind: 'check' },
  { name: 'scope', kind: 'choice', options: scopeModes },
  { name: 'consent_page', kind: 'check' },
  { name: 'unionid', kind: 'choice', options: unionidPolicies },
  text('privacy_url'),
  text('terms_url'),
  text('support'),
  text('logo_url'),
  text('brand_color'),
];

export const clientFields: readonly Field[] = [
  needed('name'),
  { name: 'ent_ids', kind: 'lines', isRequired: true },
  { name: 'redirect_uris', kind: 'lines', isRequired: true },
  { name: 'post_logout_redirect_uris', kind: 'lines' },
  text('initiate_login_uri'),
  { name: 'token_endpoint_auth_method', kind: 'choice', options: clientAuthMethods },
  { name: 'jwks', kind: 'json' },
  { name: 'id_token_signed_response_alg', kind: 'choice', options: idTokenAlgs },
  { name: 'require_pkce', kind: 'check' },
  { name: 'scopes', kind: 'lines' },
];

/** What a new one has, where nothing is typed. */
export const clientDefaults = {
  scopes: [...clientScopes],
  token_endpoint_auth_method: 'client_secret_basic',
};
