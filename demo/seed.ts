import { apiKeyTold, clientSecretTold, createPutUntilStored } from '#dev-stores/put-until-stored.ts';
import type { HostEnterprise } from './host.ts';
import type { DemoLanguage } from './language.ts';
import type { Registered } from './oidc-host.ts';

type Seeds = {
  adminUrl: string;
  adminToken: string;
  publicUrl: string;
  hostUrl: string;
  oidcUrl: string;
  account: { appid: string; secret: string; name: string };
  /** Of the names that a person sees. */
  language: DemoLanguage;
  signal: AbortSignal;
};

const enterprises = [
  { entId: 'example-company', name: { en: 'Example company', zh: '示例企业' }, unbound: 'create' },
  {
    entId: 'example-company-staff',
    name: { en: 'Example company, known users only', zh: '示例企业（仅限已有用户）' },
    unbound: 'bind',
  },
] as const;

/** Sets up one service account, two enterprises and an OpenID Connect client through the operator's door, as an operator would. */
export async function seed({
  adminUrl,
  adminToken,
  publicUrl,
  hostUrl,
  oidcUrl,
  account,
  language,
  signal,
}: Seeds): Promise<{ enterprises: HostEnterprise[]; registered: Registered }> {
  const put = createPutUntilStored({ adminUrl, adminToken, signal });
  const { appid, secret, name } = account;
  await put(`/v1/accounts/${appid}`, { secret, name });
  const seeded: HostEnterprise[] = [];
  for (const { entId, name: names, unbound } of enterprises) {
    const name = names[language];
    const form = {
      appid,
      name,
      unbound,
      login_url: `${hostUrl}/login`,
      bind_url: `${hostUrl}/bind`,
      initiate_login_uri: `${hostUrl}/begin`,
    };
    const { api_key: apiKey } = await put(`/v1/enterprises/${entId}`, form, apiKeyTold);
    // Told once, at the first PUT: this is where a host's operator writes it down.
    seeded.push({
      entId,
      name,
      apiKey: String(apiKey),
      startUrl: `${publicUrl}/wechatTransfer?ent_id=${entId}`,
    });
  }
  const clientId = 'example-reports';
  const form = {
    name: { en: 'Example reports', zh: '示例报表' }[language],
    ent_ids: [enterprises[0].entId],
    redirect_uris: [`${oidcUrl}/callback`],
    post_logout_redirect_uris: [`${oidcUrl}/`],
  };
  const { client_secret: clientSecret } = await put(`/v1/clients/${clientId}`, form, clientSecretTold);
  return { enterprises: seeded, registered: { clientId, clientSecret: String(clientSecret) } };
}
