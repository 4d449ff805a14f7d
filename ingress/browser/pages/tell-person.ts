import type { Context } from 'koa';
import { languageOf } from '#ingress/browser/pages/language.ts';
import { words } from '#ingress/browser/pages/words.ts';
import type { FailureReason } from '#models/login/status.ts';

/** What to tell a person who calls about a login that ended so: what its page said, in the language of whoever asks. */
export function tellPerson(ctx: Context, outcome: string, reason: string | undefined): string {
  const { ready, bind, tap, snapshot, failed } = words[languageOf(undefined, ctx)];
  switch (outcome) {
    case 'ready':
      return ready.title;
    case 'bind':
      return bind.text;
    case 'reauthorize':
      return tap.text;
    case 'snapshot':
      return snapshot.text;
    default:
      return failed[(reason ?? 'internal') as FailureReason];
  }
}
