import { conditions } from '#ingress/operate/conditions.ts';
import { type Counted, sumOf, sumOfKind } from '#ingress/operate/counted.ts';
import type { Seen, Trouble } from '#ingress/operate/troubles/trouble.ts';
import { lately, troubleOf } from '#ingress/operate/troubles/trouble-of.ts';

/** WeChat does not take many codes. */
export function codesRefused(seen: Seen, appid: string, rows: readonly Counted[]): Trouble[] {
  const { windowMinutes, least, share } = conditions['codes-refused'];
  const recent = lately(seen, rows, windowMinutes);
  const refused = recent.filter(({ step }) => step === 'again:invalid' || step === 'again:used');
  const n = sumOfKind(refused, 'again:');
  if (n < least || n < share * (n + sumOf(recent, 'exchanged'))) return [];
  return [troubleOf(seen, 'codes-refused', { appid, rows: refused, people: n, cause: 'invalid' })];
}

/** Codes died before a worker took them. */
export function codesDie(seen: Seen, appid: string, rows: readonly Counted[]): Trouble[] {
  const { windowMinutes, least } = conditions['codes-die'];
  const dead = lately(seen, rows, windowMinutes).filter(({ step }) => step === 'again:expired');
  const n = sumOf(dead, 'again:expired');
  return n < least ? [] : [troubleOf(seen, 'codes-die', { appid, rows: dead, people: n, cause: 'expired' })];
}
