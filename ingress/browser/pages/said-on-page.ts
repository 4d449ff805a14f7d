import { holdReasons } from '#ingress/admission/hold-reason.ts';
import { failureReasons } from '#models/login/status.ts';
import type { Language } from './language.ts';
import { words } from './words.ts';

/**
 * What the page of a login says to its person: the heading, and the sentence below it. Support and hosts tell the same
 * words, so that both sides of a call speak of one thing. `name`: the enterprise's, in why a pending login waits.
 */
export function saidOnPage(
  lang: Language,
  login: {
    readonly status: string;
    readonly reason?: string | undefined;
    readonly because?: string | undefined;
    readonly name?: string | undefined;
  },
): { readonly title: string; readonly text: string } {
  const { pending, ready, bind, tap, snapshot, failed, hold } = words[lang];
  const { status, reason, because, name = '' } = login;
  switch (status) {
    case 'pending': {
      // That others come before it is no sentence of this page: it says then what it always says.
      const why = holdReasons.find((one) => one === because && one !== 'busy');
      return why === undefined ? pending : { title: pending.title, text: hold.because[why](name) };
    }
    case 'ready':
      return ready;
    case 'bind':
      return bind;
    case 'reauthorize':
      return tap;
    case 'snapshot':
      return snapshot;
    default:
      return {
        title: failed.title,
        text: failed[failureReasons.find((one) => one === reason) ?? 'internal'],
      };
  }
}
