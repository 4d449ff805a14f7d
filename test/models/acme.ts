import type { ClientDocument } from '#models/documents/client.ts';
import type { EnterpriseDocument } from '#models/documents/enterprise.ts';

export const acme = {
  entId: 'acme',
  appid: 'wx0123456789abcdef',
  name: 'Acme',
  loginUrl: 'https://host.example/login',
  targetPrefixes: [],
  unbound: 'create',
  scope: 'snsapi_userinfo',
  consentPage: false,
  apiKeyDigest: 'digest',
} as const satisfies EnterpriseDocument;

/** A host's client of acme; its secret's digest is no secret's. */
export const aClient = {
  clientId: 'console',
  name: 'Console',
  entIds: ['acme'],
  redirectUris: ['https://host.example/cb'],
  postLogoutRedirectUris: [],
  tokenEndpointAuthMethod: 'client_secret_basic',
  idTokenSignedResponseAlg: 'RS256',
  requirePkce: false,
  scopes: ['openid', 'profile', 'wechat'],
  secretDigest: 'digest',
} as const satisfies ClientDocument;
