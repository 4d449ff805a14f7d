import { conditions } from '#ingress/operate/conditions.ts';
import { type Counted, sumOf } from '#ingress/operate/counted.ts';
import type { Seen, Trouble } from '#ingress/operate/troubles/trouble.ts';
import { lately, minuteOf, troubleOf } from '#ingress/operate/troubles/trouble-of.ts';

/** People are sent to WeChat, and none comes back. */
export function nobodyComesBack(seen: Seen, appid: string, rows: readonly Counted[]): Trouble[] {
  const { windowMinutes, least, afterMinutes, networks, many, before } = conditions['nobody-comes-back'];
  const recent = lately(seen, rows, windowMinutes);
  const sent = recent.filter(
    ({ step, minute }) => step === 'sent' && minute <= minuteOf(seen, seen.now) - afterMinutes,
  );
  const n = sumOf(sent, 'sent');
  if (n < least || cameBack(recent) > 0) return [];
  // Made-up codes of now hide nobody who came before.
  const earlier = rows.filter((row) => !recent.includes(row));
  const isOfMany = n >= many || networksOf(recent) >= networks || cameBack(earlier) >= before;
  const trouble = troubleOf(seen, 'nobody-comes-back', {
    appid,
    rows: sent,
    people: n,
    cause: 'nobody-back',
  });
  return [{ ...trouble, severity: isOfMany ? trouble.severity : 'notice' }];
}

/**
 * Whoever makes codes up has not come back from WeChat, and anybody may come without one. A login comes back once and may lose
 * several codes: but of whom WeChat took one has come from there, whatever others lost.
 */
const cameBack = (rows: readonly Counted[]): number =>
  Math.max(sumOf(rows, 'back') - sumOf(rows, 'again:invalid'), sumOf(rows, 'exchanged'));

/** Of 32 (models/counts/steps.ts): from where people were sent to WeChat. */
const networksOf = (rows: readonly Counted[]): number =>
  new Set(rows.flatMap(({ step }) => (step.startsWith('net:') ? [step] : []))).size;
