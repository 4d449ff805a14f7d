import { shardOfAccount } from '#models/login/store.ts';
import { type Account, secret } from './setting.ts';

/** Accounts that lie evenly in the shards, whether there are 1, 2, 3 or 4 of them. */
const count = 12;

/** Made, and made known to the simulator. */
export async function spreadAccounts(simulatorUrl: string): Promise<readonly Account[]> {
  const byRest = new Map<number, Account>();
  for (let n = 0; byRest.size < count; n += 1) {
    const appid = `wx${String(n).padStart(11, '0')}bench`;
    const rest = shardOfAccount(appid, count);
    if (!byRest.has(rest)) byRest.set(rest, { appid, entId: `bench-${rest}` });
  }
  const accounts = [...byRest.values()];
  for (const { appid } of accounts) {
    const url = `${simulatorUrl}/_simulator/accounts/${appid}`;
    const answer = await fetch(url, { method: 'PUT', body: JSON.stringify({ secret }) });
    if (!answer.ok) throw new Error(`the simulator refused: ${await answer.text()}`);
  }
  return accounts;
}
