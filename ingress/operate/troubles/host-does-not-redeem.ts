import { conditions } from '#ingress/operate/conditions.ts';
import { type Counted, sumOf } from '#ingress/operate/counted.ts';
import type { Seen, Trouble } from '#ingress/operate/troubles/trouble.ts';
import { lately, minuteOf, troubleOf } from '#ingress/operate/troubles/trouble-of.ts';

/** People are told to go on to the host, which does not take their tickets. */
export function hostDoesNotRedeem(seen: Seen, entId: string, rows: readonly Counted[]): Trouble[] {
  const { windowMinutes, least, share, afterMinutes } = conditions['host-does-not-redeem'];
  const recent = lately(seen, rows, windowMinutes + afterMinutes);
  // Whoever was told just now is on his way.
  const told = recent.filter(
    ({ step, minute }) => step === 'told' && minute <= minuteOf(seen, seen.now) - afterMinutes,
  );
  const people = sumOf(told, 'told') - sumOf(recent, 'redeemed');
  if (people < least || people < share * sumOf(told, 'told')) return [];
  const appid = told[0]?.appid ?? '';
  const trouble = troubleOf(seen, 'host-does-not-redeem', {
    appid,
    rows: told,
    people,
    cause: 'not-redeemed',
  });
  return [{ ...trouble, key: `host-does-not-redeem|${entId}` }];
}
