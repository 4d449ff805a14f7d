import { randomBytes } from 'node:crypto';
import { apiKeyTold, type Credential, createPutUntilStored } from '#dev-stores/put-until-stored.ts';
import type { AccountInput } from '#simulator/accounts.ts';
import type { Control } from '#simulator/control.ts';

/** As the operator PUTs them. */
export type AccountForm = { secret?: string; name?: string; verify_files?: Record<string, string> };
export type EnterpriseForm = {
  appid?: string;
  name?: string;
  login_url?: string;
  bind_url?: string;
  target_prefixes?: string[];
  unbound?: 'create' | 'bind';
  scope?: 'snsapi_userinfo' | 'base-first';
  consent_page?: boolean;
  unionid?: 'never' | 'store';
  initiate_login_uri?: string;
  require_state?: boolean;
  logo_url?: string;
  brand_color?: string;
};
export type Enterprise = { entId: string; apiKey: string; appid: string; loginUrl: string };

/** What an operator and a host do with a running service; accounts are made known to the simulator too. */
export function createSeeds(deps: {
  ingresses: readonly { url: string; adminUrl: string }[];
  adminToken: string;
  control: Pick<Control, 'putAccount'>;
}) {
  const { ingresses, adminToken, control } = deps;

  /** A request of an operator's program, to the ingress that was started last. */
  async function operate(method: string, path: string, json?: unknown, headers: Record<string, string> = {}) {
    const answer = await fetch(`${ingresses.at(-1)?.adminUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${adminToken}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: json === undefined ? null : JSON.stringify(json),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, json: () => JSON.parse(text) };
  }

  function put(path: string, form: object, credential?: Credential) {
    return createPutUntilStored({ adminUrl: ingresses.at(-1)?.adminUrl ?? '', adminToken })(
      path,
      form,
      credential,
    );
  }

  /** A service account, known to the service and to the simulator; `wechat` is what only the simulator gets to know. */
  async function seedAccount({
    appid = `wx${randomBytes(8).toString('hex')}`,
    secret = randomBytes(16).toString('hex'),
    name = 'A service account',
    wechat = {},
    ...form
  }: AccountForm & { appid?: string; wechat?: Partial<AccountInput> } = {}) {
    control.putAccount(appid, { secret, ...wechat });
    await put(`/v1/accounts/${appid}`, { secret, name, ...form });
    return { appid, secret };
  }

  /** An enterprise in the operator's words; with an account of its own, unless `appid` names one. */
  async function seedEnterprise({
    entId = `e${randomBytes(6).toString('hex')}`,
    appid: givenAppid,
    login_url: loginUrl = 'https://host.example/login',
    ...form
  }: EnterpriseForm & { entId?: string } = {}): Promise<Enterprise> {
    const appid = givenAppid ?? (await seedAccount()).appid;
    const enterprise = {
      name: `Enterprise ${entId}`,
      target_prefixes: ['/chat/'],
      ...(form.unbound === 'bind' && { bind_url: 'https://host.example/bind' }),
      ...form,
      appid,
      login_url: loginUrl,
    };
    const { api_key: apiKey } = await put(`/v1/enterprises/${entId}`, enterprise, apiKeyTold);
    return { entId, apiKey: apiKey as string, appid, loginUrl };
  }

  /** A request of the enterprise's backend. */
  async function callAs({ entId, apiKey }: Enterprise, method: string, path: string, json?: unknown) {
    const answer = await fetch(`${ingresses[0]?.url}${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${entId}:${apiKey}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: json === undefined ? null : JSON.stringify(json),
    });
    const text = await answer.text();
    return { status: answer.status, text, json: () => JSON.parse(text) };
  }

  return { operate, callAs, seedAccount, seedEnterprise };
}
