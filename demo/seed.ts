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
}: Seeds): Promise<{ enterprises: HostEnterprise[]; registered: Registered }> {
  async function put(path: string, body: object): Promise<Record<string, unknown>> {
    const answer = await fetch(new URL(path, adminUrl), {
      method: 'PUT',
      headers: { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(`PUT ${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  }

  const { appid, secret, name } = account;
  await put(`/v1/accounts/${appid}`, { secret, name });
  const seeded: HostEnterprise[] = [];
  for (const { entId, name: names, unbound } of enterprises) {
    const name = names[language];
    const { api_key: apiKey } = await put(`/v1/enterprises/${entId}`, {
      appid,
      name,
      unbound,
      login_url: `${hostUrl}/login`,
      bind_url: `${hostUrl}/bind`,
      initiate_login_uri: `${hostUrl}/begin`,
    });
    // Told once, at the first PUT: this is where a host's operator writes it down.
    seeded.push({
      entId,
      name,
      apiKey: String(apiKey),
      startUrl: `${publicUrl}/wechatTransfer?ent_id=${entId}`,
    });
  }
  const clientId = 'example-reports';
  const { client_secret: clientSecret } = await put(`/v1/clients/${clientId}`, {
    name: { en: 'Example reports', zh: '示例报表' }[language],
    ent_ids: [enterprises[0].entId],
    redirect_uris: [`${oidcUrl}/callback`],
    post_logout_redirect_uris: [`${oidcUrl}/`],
  });
  return { enterprises: seeded, registered: { clientId, clientSecret: String(clientSecret) } };
}
