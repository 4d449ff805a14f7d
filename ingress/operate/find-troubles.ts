import { troubleRowsOf } from '#ingress/operate/counted.ts';
import { closedAccounts } from '#ingress/operate/troubles/closed-accounts.ts';
import { failingCalls } from '#ingress/operate/troubles/failing-calls.ts';
import { hostDoesNotRedeem } from '#ingress/operate/troubles/host-does-not-redeem.ts';
import { codesDie, codesRefused } from '#ingress/operate/troubles/lost-codes.ts';
import { nobodyComesBack } from '#ingress/operate/troubles/nobody-comes-back.ts';
import { loginBugs, ofQueue } from '#ingress/operate/troubles/of-installation.ts';
import type { Seen, Trouble } from '#ingress/operate/troubles/trouble.ts';

/** Pure: everything that is the matter at this moment. */
export function findTroubles(seen: Seen): Trouble[] {
  const rows = seen.minutes.flatMap(troubleRowsOf);
  const byAccount = Map.groupBy(rows, ({ appid }) => appid);
  const found: Trouble[] = [];
  for (const [appid, ofAccount] of byAccount) {
    if (appid === '') continue;
    found.push(...failingCalls(seen, appid, ofAccount));
    found.push(...codesRefused(seen, appid, ofAccount));
    found.push(...codesDie(seen, appid, ofAccount));
    found.push(...nobodyComesBack(seen, appid, ofAccount));
  }
  for (const [entId, ofEnterprise] of Map.groupBy(rows, ({ entId }) => entId)) {
    if (entId === '') continue;
    found.push(...hostDoesNotRedeem(seen, entId, ofEnterprise));
  }
  found.push(...closedAccounts(seen, byAccount, found));
  found.push(...loginBugs(seen, rows));
  found.push(...ofQueue(seen));
  return found;
}
