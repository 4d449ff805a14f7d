import type { SigningAlg, SigningKeyDocument } from '#models/documents/signing-key.ts';

const dayMs = 86_400_000;
/** A key is made anew by itself when it has signed for so long. */
const signsForMs = 90 * dayMs;
/** A key is published for so long before it signs, and for so long after its last signature. */
export const publishedForMs = dayMs;

/** Published and not signing yet, signing, or published still for what it has signed. */
export type KeyState = 'next' | 'current' | 'retired';

/** The key that signs after this one, published or signing. */
export function successorOf(key: SigningKeyDocument, all: readonly SigningKeyDocument[]) {
  return all.find(({ alg, generation }) => alg === key.alg && generation === key.generation + 1);
}

export function stateOf(key: SigningKeyDocument, all: readonly SigningKeyDocument[], at: number): KeyState {
  if (key.usedFrom.getTime() > at) return 'next';
  const successor = successorOf(key, all);
  return successor !== undefined && successor.usedFrom.getTime() <= at ? 'retired' : 'current';
}

/** Whether the next key of an algorithm is to be made. */
export function isDue(wanted: SigningAlg, known: readonly SigningKeyDocument[], at: number): boolean {
  const newest = known.find(({ alg }) => alg === wanted);
  return newest === undefined || at - newest.usedFrom.getTime() > signsForMs;
}

/** The first of an algorithm signs. */
export function signingFirst(known: readonly SigningKeyDocument[], at: number): SigningKeyDocument[] {
  const rank = { current: 0, next: 1, retired: 2 };
  return known.toSorted((a, b) => rank[stateOf(a, known, at)] - rank[stateOf(b, known, at)]);
}
