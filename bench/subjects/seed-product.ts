import { type Account, hostUrl, secret } from './setting.ts';

/**
 * Tells a product that runs of its accounts and enterprises, through the operator's door: any release understands it. Answers the
 * API keys, by ent_id.
 */
export async function seedProduct(
  adminOrigin: string,
  adminToken: string,
  accounts: readonly Account[],
): Promise<ReadonlyMap<string, string>> {
  const apiKeys = new Map<string, string>();
  const put = async (path: string, body: object): Promise<{ api_key?: string }> => {
    const answer = await fetch(`${adminOrigin}${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(`PUT ${path} was answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { api_key?: string };
  };
  for (const { appid, entId } of accounts) {
    await put(`/v1/accounts/${appid}`, { secret, name: 'Bench' });
    const form = { appid, name: 'Bench', login_url: hostUrl, unbound: 'create' };
    apiKeys.set(entId, (await put(`/v1/enterprises/${entId}`, form)).api_key ?? '');
  }
  return apiKeys;
}
