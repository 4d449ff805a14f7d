import type { Counted } from '#ingress/operate/counted.ts';
import { failingOf } from '#ingress/operate/funnel.ts';
import type { Seen, Trouble } from '#ingress/operate/troubles/trouble.ts';
import { enterprisesOf, lately } from '#ingress/operate/troubles/trouble-of.ts';
import { inLine, saidBy, troubleOfStanding } from '#ingress/operate/troubles/what-wechat-said.ts';

/** What a process counts is in Redis after two seconds (open-counts.ts). */
const toldWithinMs = 3_000;

/** An account that the workers leave alone, where no call of the last minutes says so already. */
export function closedAccounts(
  seen: Seen,
  byAccount: ReadonlyMap<string, readonly Counted[]>,
  found: readonly Trouble[],
): Trouble[] {
  return seen.standings.flatMap((standing) => {
    const { appid, since } = standing;
    const name = troubleOfStanding(standing);
    // The calls that closed it are told of a moment later, with whose they were.
    if (name === undefined || seen.now - since < toldWithinMs) return [];
    const said = saidBy(standing);
    const key = `wechat-call-fails|${appid}|${name}`;
    if (found.some((one) => one.key === key)) return [];
    const rows = byAccount.get(appid) ?? [];
    return [
      {
        key,
        condition: 'wechat-call-fails' as const,
        severity: 'page' as const,
        appid,
        entIds: enterprisesOf(rows.filter(({ step }) => /^(failed|again):/.test(step))),
        ...(Number.isInteger(Number(said)) && { errcode: Number(said) }),
        cause: said,
        since,
        people: Math.max(1, failingOf(lately(seen, rows, 5)) + inLine(seen, appid)),
      },
    ];
  });
}
