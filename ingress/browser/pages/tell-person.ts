import type { Context } from 'koa';
import { languageOf } from '#ingress/browser/pages/language.ts';
import { saidOnPage } from '#ingress/browser/pages/said-on-page.ts';

/** What to tell a person who calls about a login that ended so: what its page said, in the language of whoever asks. */
export function tellPerson(ctx: Context, outcome: string, reason: string | undefined): string {
  const { title, text } = saidOnPage(languageOf(undefined, ctx), { status: outcome, reason });
  // Below it stands only that the page of the host opens.
  return outcome === 'ready' ? title : text;
}
