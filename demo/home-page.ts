import QRCode from 'qrcode';
import { type Html, html } from '#simulator/html.ts';
import type { DemoAddresses } from './home.ts';
import { type Box, homeWords } from './home-words.ts';
import type { DemoLanguage } from './language.ts';

const style = `
:root { color-scheme: light dark; --green: #07813f; --ink: light-dark(#16211b, #e4ebe7); --soft: light-dark(#55635b, #9dada4);
  --ground: light-dark(#f2f5f3, #0f1311); --card: light-dark(#fff, #181e1b); --line: light-dark(#dfe6e2, #2a332e) }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); overflow-wrap: anywhere;
  font: 16px/1.55 -apple-system, "Segoe UI", "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif }
main { max-width: 72rem; margin: auto; padding: 2.5rem 1.25rem } h1 { margin: 0 0 .5rem; font-size: 1.7rem }
header p { margin: 0 0 1.75rem; max-width: 46rem; color: var(--soft) }
.boxes { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)) }
section { padding: 1.25rem; border: 1px solid var(--line); border-radius: .9rem; background: var(--card); display: grid; gap: .7rem; align-content: start }
h2 { margin: 0; font-size: 1.1rem } section p { margin: 0; color: var(--soft); font-size: .95rem } ol { margin: 0; padding-left: 1.2rem; font-size: .93rem }
.button { display: block; padding: .6rem .9rem; border-radius: .55rem; background: var(--green); color: #fff; font-weight: 600; text-align: center; text-decoration: none }
.second { background: none; border: 1px solid var(--line); color: inherit; font-weight: 500 }
.qr { width: 10rem; padding: .5rem; border-radius: .5rem; background: #fff; justify-self: center } .qr svg { display: block }
.token { display: flex; gap: .6rem; align-items: center; flex-wrap: wrap } code { font-size: .9rem }
button { font: inherit; font-size: .9rem; padding: .2rem .7rem; border: 1px solid var(--line); border-radius: .45rem; background: none; color: inherit; cursor: pointer }
:focus-visible { outline: 3px solid color-mix(in srgb, var(--green) 60%, transparent); outline-offset: 2px }`;

/** Without it, "as a phone" is a tab like any other, and the token is copied by hand. */
export const homeScript = `
for (const link of document.querySelectorAll('[data-window]')) link.addEventListener('click', (event) => {
  if (window.open(link.href, link.dataset.window, 'popup,width=390,height=780')) event.preventDefault();
});
for (const button of document.querySelectorAll('[data-copy]')) button.addEventListener('click', async () => {
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = button.dataset.copied;
});`;

const layout = (lang: string, title: string, head: Html, content: Html): string =>
  `<!doctype html>${
    html`<html lang="${lang}"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">${head}
<style>${{ html: style }}</style></head><body><main>${content}</main></body></html>`.html
  }`;

export function startingPage(language: DemoLanguage): string {
  const { lang, title, starting } = homeWords[language];
  const again = html`<meta http-equiv="refresh" content="1">`;
  return layout(lang, title, again, html`<header><h1>${title}</h1><p role="status">${starting}</p></header>`);
}

/** Everything there is to click in the demo. */
export async function homePage(language: DemoLanguage, to: DemoAddresses): Promise<string> {
  const { lang, title, about, boxes, links, token, copy, copied, qrCode } = homeWords[language];
  const qrSvg = await QRCode.toString(to.openHouse, { type: 'svg', margin: 0 });
  const isForPhones = !/^https?:\/\/(127\.|localhost)/.test(to.openHouse);

  const box = ({ title: name, about: what, steps }: Box, ...content: Html[]) => html`<section><h2>${name}</h2>
<p>${what}</p>${content}${steps.length > 1 ? html`<ol>${steps.map((step) => html`<li>${step}</li>`)}</ol>` : steps.map((step) => html`<p>${step}</p>`)}</section>`;
  const first = (text: string, href: string) =>
    html`<a class="button" target="_blank" href="${href}">${text}</a>`;
  const second = (text: string, href: string) =>
    html`<a class="button second" target="_blank" href="${href}">${text}</a>`;
  const asPhone = (kind: string, text: string, href: string) =>
    html`<a class="button ${kind}" target="_blank" data-window="phone" href="${href}">${text}</a>`;

  return layout(
    lang,
    title,
    html``,
    html`<header><h1>${title}</h1><p>${about}</p></header><div class="boxes">
${box(
  boxes.phone,
  asPhone('first', links.asPhone, to.openHouse),
  asPhone('second', links.staff, to.staffRoom),
  isForPhones ? html`<div class="qr" role="img" aria-label="${qrCode}">${{ html: qrSvg }}</div>` : html``,
)}
${box(boxes.desktop, first(links.desktop, to.openHouse), asPhone('second', links.phone, `${to.simulator}#phone`))}
${box(
  boxes.operator,
  first(links.operate, to.operate),
  html`<div class="token">${token} <code id="token">${to.password}</code>
<button type="button" data-copy="${to.password}" data-copied="${copied}">${copy}</button></div>`,
)}
${box(boxes.weChat, first(links.weChat, to.simulator))}
${box(boxes.oidc, first(links.oidc, to.oidcHost), second(links.host, to.host))}
${box(
  boxes.numbers,
  second(links.dashboard, to.dashboard),
  second(links.ingressMetrics, to.ingressMetrics),
  second(links.workerMetrics, to.workerMetrics),
)}
</div><script>${{ html: homeScript }}</script>`,
  );
}
