import type { Call } from './call-log.ts';
import type { AuthorizeRequest } from './check-authorize-url.ts';
import { choiceStyle } from './choose-person.ts';
import type { Fault } from './fault-schema.ts';
import { type Html, html } from './html.ts';
import { type PanelAccount, panelAccounts } from './panel-accounts.ts';
import { callSection, callStyle } from './panel-calls.ts';
import { faultSection, faultStyle } from './panel-faults.ts';
import { panelLayout } from './panel-layout.ts';
import type { PanelWords } from './panel-words.ts';
import type { Person } from './people.ts';
import { scanBox, scanStyle } from './phone-pages.ts';

// What lives is taken from the page as it is now; whatever has the focus stays.
const script = `
setInterval(async () => {
  if (document.hidden) return;
  const answer = await fetch('/').catch(() => undefined);
  if (!answer) return;
  const now = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const part of document.querySelectorAll('[data-live]')) {
    const next = now.getElementById(part.id);
    if (next && next.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) part.innerHTML = next.innerHTML;
  }
}, 2000);`;

/** The way back from a snapshot page that was opened without WeChat's bar under it. */
function snapshotSection(snapshots: readonly AuthorizeRequest[], words: PanelWords): Html {
  if (snapshots.length === 0) return html``;
  const rows = snapshots.map(
    ({ account, rawQuery, state }) =>
      html`<li class="row"><span>${account.name} <small>${state.slice(0, 8)}…</small></span>
<a class="button" lang="zh-CN" href="/connect/oauth2/full-service?${rawQuery}#wechat_redirect">使用完整服务</a></li>`,
  );
  return html`<section><h2>${words.snapshots}</h2><p>${words.snapshotsAbout}</p><ul>${rows}</ul></section>`;
}

/** The simulator's panel: logins to try, things to break, what was called, and a phone that scans. */
export function homePage(options: {
  url: string;
  accounts: readonly PanelAccount[];
  faults: readonly Fault[];
  calls: readonly Call[];
  snapshots: readonly AuthorizeRequest[];
  /** Whose phones scan. */
  people: readonly Person[];
  chosen: string;
  words: PanelWords;
}): string {
  const { url, accounts, faults, calls, snapshots, people, chosen, words } = options;
  const { lang, title, about, steers, footer } = words;
  return panelLayout({
    lang,
    title,
    footer,
    style: choiceStyle + faultStyle + scanStyle + callStyle,
    body: html`<header class="wide"><h1>${title}</h1><p>${about} <code>${url}</code></p><p>${steers}</p></header>
<div class="stack">${panelAccounts(accounts, url, words)}${faultSection({ faults, accounts, words })}</div>
<div class="stack">${scanBox(people, chosen, words.phone)}${snapshotSection(snapshots, words)}</div>
${callSection(calls, words)}<script>${{ html: script }}</script>`,
  });
}
