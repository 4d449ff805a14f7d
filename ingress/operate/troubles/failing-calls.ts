import { conditions } from '#ingress/operate/conditions.ts';
import { type Counted, sumOf } from '#ingress/operate/counted.ts';
import { failingOf } from '#ingress/operate/funnel.ts';
import type { Seen, Trouble } from '#ingress/operate/troubles/trouble.ts';
import { enterprisesOf, firstOf, lately, minuteOf } from '#ingress/operate/troubles/trouble-of.ts';
import {
  inLine,
  isOfAccount,
  troubleName,
  troubleOfStanding,
} from '#ingress/operate/troubles/what-wechat-said.ts';

/** Calls of WeChat for an account that failed lately: a trouble for each that was said. */
export function failingCalls(seen: Seen, appid: string, rows: readonly Counted[]): Trouble[] {
  const recent = lately(seen, rows, conditions['wechat-call-fails'].quietMinutes);
  const calls = recent.flatMap((row) => {
    const [kind, endpoint = '', said = ''] = row.step.split(':');
    // A token that was renewed in vain is the person's; what remains wrong of the account shows at the next login.
    return kind === 'e' && endpoint !== 'refresh' && isOfAccount(said, endpoint)
      ? [{ ...row, endpoint, said }]
      : [];
  });
  return [...Map.groupBy(calls, ({ said }) => troubleName(said))].map(([name, failing]) => {
    const said = mostTold(failing);
    const since = Math.min(...failing.map((row) => firstOf(seen, row)));
    const addresses = name === '40164' ? refusedAddresses(seen, appid, since) : [];
    const goodSince = whenRight(seen, appid, name, failing);
    return {
      key: `wechat-call-fails|${appid}|${name}`,
      condition: 'wechat-call-fails',
      severity: name === 'unreachable' && cameRight(seen, appid, recent, failing) ? 'notice' : 'page',
      appid,
      entIds: enterprisesOf(failing),
      ...(Number.isInteger(Number(said)) && { errcode: Number(said) }),
      cause: said,
      since,
      people: Math.max(
        1,
        failingOf(rows.filter(({ minute }) => minute >= minuteOf(seen, since))) + inLine(seen, appid),
      ),
      ...(goodSince !== undefined && { goodSince }),
      ...(addresses.length > 0 && { addresses }),
    };
  });
}

/** In this trouble, not in one before. */
const refusedAddresses = ({ lastCalls }: Seen, appid: string, since: number): string[] =>
  [...(lastCalls.get(appid)?.addresses ?? [])]
    .flatMap(([address, at]) => (at >= since ? [address] : []))
    .toSorted();

/** Since when all that failed comes right: undefined while some of it failed later, or the workers leave the account alone. */
function whenRight(
  seen: Seen,
  appid: string,
  name: string,
  failing: readonly (Counted & { readonly endpoint: string; readonly said: string })[],
): number | undefined {
  const isClosed = seen.standings.some((one) => one.appid === appid && troubleOfStanding(one) === name);
  const last = seen.lastCalls.get(appid);
  if (isClosed || last === undefined) return undefined;
  const right = failing.map((row) => {
    const { goodAt = 0 } = last.ends.get(`${row.endpoint}|${row.said}`) ?? {};
    // A worker of an old release tells not when its last call failed, but when the first one of a minute did.
    return goodAt >= firstOf(seen, row) ? goodAt : Number.NaN;
  });
  const at = Math.max(...right);
  return Number.isNaN(at) ? undefined : at;
}

/** Few calls were not answered, and nobody was turned away for it. */
function cameRight(
  seen: Seen,
  appid: string,
  recent: readonly Counted[],
  failing: readonly Counted[],
): boolean {
  const { sure, share } = conditions['wechat-call-fails'];
  if (seen.standings.some((one) => one.appid === appid && one.state === 'unreachable')) return false;
  const calls = failing.reduce((sum, { n }) => sum + n, 0);
  const people = sumOf(recent, 'failed:unavailable', 'again:unknown-outcome');
  const isFew = calls + people < share * (sumOf(recent, 'exchanged') + calls);
  return isFew || (people === 0 && calls < sure);
}

function mostTold(failing: readonly { said: string; n: number }[]): string {
  const sums = [...Map.groupBy(failing, ({ said }) => said)].map(([said, rows]) => ({
    said,
    n: rows.reduce((sum, { n }) => sum + n, 0),
  }));
  return sums.toSorted((a, b) => b.n - a.n)[0]?.said ?? 'other';
}
