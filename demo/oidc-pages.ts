import { html } from '#simulator/html.ts';
import { avatar, layout, sessionBar, today } from './host-layout.ts';
import { hostWords } from './host-words.ts';
import type { DemoLanguage } from './language.ts';
import type { OidcPerson } from './oidc-host.ts';

export function oidcHomePage(language: DemoLanguage, person: OidcPerson | undefined): string {
  const words = hostWords[language];
  if (person === undefined) {
    const content = html`<h1>${words.loggedOut}</h1><p>OpenID Connect</p><a href="/login">${words.logIn}</a>`;
    return layout(words, { title: words.loggedOut, content });
  }
  const { sub, name, picture } = person;
  const content = html`<div class="person">${avatar(picture, 'big')}<div>
<h1>${words.hello(html`<bdi id="nickname">${name || sub}</bdi>`)}</h1><p>${words.loggedIn} · OpenID Connect</p></div></div>
${today(words)}
<section><h2>${words.told}</h2><dl><dt>sub</dt><dd id="sub">${sub}</dd></dl></section>`;
  return layout(words, { title: words.loggedIn, content, bar: sessionBar(words, picture), isWide: true });
}

export function oidcStartAgainPage(language: DemoLanguage): string {
  const words = hostWords[language];
  const content = html`<h1>${words.again}</h1><a href="/login">${words.againDo}</a>`;
  return layout(words, { title: words.again, content });
}
