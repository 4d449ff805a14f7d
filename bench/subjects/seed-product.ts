import { apiKeyTold, createPutUntilStored } from '#dev-stores/put-until-stored.ts';
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
  const put = createPutUntilStored({ adminUrl: adminOrigin, adminToken });
  for (const { appid, entId } of accounts) {
    await put(`/v1/accounts/${appid}`, { secret, name: 'Bench' });
    const form = { appid, name: 'Bench', login_url: hostUrl, unbound: 'create' };
    const { api_key: apiKey } = await put(`/v1/enterprises/${entId}`, form, apiKeyTold);
    apiKeys.set(entId, String(apiKey));
  }
  return apiKeys;
}
