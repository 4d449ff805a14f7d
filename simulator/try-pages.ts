import { type Html, html } from './html.ts';
import { panelLayout } from './panel-layout.ts';
import type { TryWords } from './try-words.ts';

/** A call of a login that is tried: `request` without the secret, and what came; `answer` undefined: nothing came, for this reason. */
export type Traded = { request: string; answer?: string; reason?: string };

const page = (words: TryWords, body: Html): string =>
  panelLayout({
    lang: words.lang,
    title: words.title,
    footer: words.footer,
    body: html`<section class="wide"><h1>${words.title}</h1>${body}
<p><a class="button" href="/">${words.back}</a></p></section>`,
  });

const tradeForm = (code: string, button: string) =>
  html`<form method="post" action="/try/trade"><input type="hidden" name="code" value="${code}"><button class="first" id="trade">${button}</button></form>`;

/** Where a login that is tried comes back to: with a code that can be traded. */
export function tryPage({ code, state }: { code: string; state: string }, words: TryWords): string {
  if (!code) return page(words, html`<p>${words.refused}</p><pre>state=${state}</pre>`);
  return page(
    words,
    html`<p>${words.about}</p><pre>code=${code}
state=${state}</pre><p>${words.tradeAbout}</p>${tradeForm(code, words.trade)}`,
  );
}

/** What came of it, call by call. */
export function tradedPage(code: string, calls: readonly Traded[], words: TryWords): string {
  const shown = calls.map(
    ({ request, answer, reason }) =>
      html`<h2><code>${request}</code></h2><pre>${answer ?? `${words.noAnswer}: ${reason ?? ''}`}</pre>`,
  );
  return page(words, html`${shown}${tradeForm(code, words.again)}`);
}
