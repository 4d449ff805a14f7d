import type { Sealer } from '#models/sealing.ts';
import { digest, sameDigest } from '#operations/digest.ts';

/** A code that came from a browser which did not begin its login; `diesAt` in ms of Redis's clock. */
export type Question = { readonly code: string; readonly diesAt: number };
/** The same as release 0.1.0 asks: the code is in the login's record, and the form names it. */
export type OlderQuestion = { readonly codeDigest: string };

export type ConfirmQuestion = ReturnType<typeof createConfirmQuestion>;

/**
 * What the confirm page's form carries: the code it asks about, sealed for this login and this browser. No other page can make
 * such a form, and nobody who repeats the callback takes it from a person who is still reading.
 */
export function createConfirmQuestion({ sealer }: { sealer: Sealer }) {
  const placeOf = (id: string, browser: string) => `login:${id}:held:${browser}`;

  return {
    seal: (id: string, browser: string, question: Question): string =>
      sealer.seal(JSON.stringify(question), placeOf(id, browser), null),

    /** Undefined when this browser was not asked. */
    open(id: string, browser: string, held: unknown): Question | OlderQuestion | undefined {
      if (typeof held !== 'string') return undefined;
      const [codeDigest = ''] = held.split('.', 1);
      // During an upgrade a process of 0.1.0 may have shown the page. The browser's digest is known to nobody else.
      if (sameDigest(held, `${codeDigest}.${digest(`${id} ${browser} ${codeDigest}`)}`))
        return { codeDigest };
      try {
        return JSON.parse(sealer.open(held, placeOf(id, browser), null)) as Question;
      } catch {
        return undefined;
      }
    },
  };
}
