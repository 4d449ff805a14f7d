import { conditions } from '#ingress/operate/conditions.ts';
import { type Counted, sumOf } from '#ingress/operate/counted.ts';
import type { Seen, Trouble } from '#ingress/operate/troubles/trouble.ts';
import { lately, minuteOf, troubleOf } from '#ingress/operate/troubles/trouble-of.ts';

/**
 * People are told to go on to the host, which does not take their tickets. Those whom the host asks first who they are have ten
 * minutes for it, and may give up: they are left out. Once they are bound they count as redeemed all the same, which errs on the
 * side of silence.
 */
export function hostDoesNotRedeem(seen: Seen, entId: string, rows: readonly Counted[]): Trouble[] {
  const { windowMinutes, least, share, afterMinutes } = conditions['host-does-not-redeem'];
  const recent = lately(seen, rows, windowMinutes + afterMinutes);
  // Whoever was told just now is on his way.
  const told = recent.filter(
    ({ step, minute }) => step === 'told' && minute <= minuteOf(seen, seen.now) - afterMinutes,
  );
  // Their ends may stand a minute before they were told.
  const toBind = sumOf(lately(seen, rows, windowMinutes + afterMinutes + 1), 'bind');
  const withTicket = sumOf(told, 'told') - toBind;
  const people = withTicket - sumOf(recent, 'redeemed');
  if (people < least || people < share * withTicket) return [];
  const appid = told[0]?.appid ?? '';
  const trouble = troubleOf(seen, 'host-does-not-redeem', {
    appid,
    rows: told,
    people,
    cause: 'not-redeemed',
  });
  return [{ ...trouble, key: `host-does-not-redeem|${entId}` }];
}
