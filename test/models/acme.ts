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
