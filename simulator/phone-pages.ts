import { choosePerson } from './choose-person.ts';
import { type Html, html } from './html.ts';
import { layout } from './pages.ts';
import type { PanelWords } from './panel-words.ts';
import type { Person } from './people.ts';
import type { Found } from './phones.ts';
import { qrReader } from './qr-reader.ts';
import { formsSentTo, linksLedTo } from './read-page.ts';

const frameStyle = `
iframe { flex: 1; width: 100%; min-height: 34rem; border: 1px solid var(--line); border-radius: .75rem; background: #fff }`;

export const scanStyle = `
#phone form { display: grid; gap: .8rem } #phone form > label { padding: 0; border: 0 } #scan { justify-self: start }`;

/** A box of the home page: whose phone scans, and what. */
export function scanBox(choices: readonly Person[], chosen: string, words: PanelWords['phone']): Html {
  return html`<section id="phone"><h2>${words.title}</h2><p>${words.about}</p>
<form method="post" action="/phone">${choosePerson(choices, chosen, words)}
<label><input type="url" name="url" required data-none="${words.noCode}" aria-label="${words.link}" placeholder="${words.linkHint}" autocomplete="off"></label>
<button class="first" id="scan">${words.scan}</button></form>
<p>${words.paste}</p><script type="module">${{ html: qrReader }}</script></section>`;
}

/** What the phone shows. Its forms and links go by way of the simulator, as that phone; its scripts do not run. */
export function phonePage({ nickname, id }: Person, { html: page, url }: Found): string {
  const led = linksLedTo(page, (href) => {
    const to = URL.canParse(href, url) ? new URL(href, url).href : href;
    return `/phone?${new URLSearchParams({ person: id, url: to })}`;
  });
  const shown = formsSentTo(led, '/phone', (action) => [
    ['person', id],
    ['action', action],
  ]);
  return layout(
    `${nickname.toWellFormed()} · 手机`,
    html`<style>${{ html: frameStyle }}</style>
<h1><bdi>${nickname.toWellFormed()}</bdi> 的手机<small>The phone of ${id}</small></h1>
<iframe title="手机屏幕 The phone’s screen" sandbox="allow-forms allow-top-navigation" srcdoc="${shown}"></iframe>
<a class="button" href="/">再扫一次 Scan again</a>`,
  );
}

export function phoneTroublePage(text: string): string {
  return layout(
    '扫码失败',
    html`<p class="mark center">⚠️</p><h1 class="center">扫码失败<small>The phone got nowhere</small></h1>
<p class="center soft">${text}</p><div class="grow"></div><a class="button" href="/">返回 Back</a>`,
  );
}
