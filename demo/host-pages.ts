import { html } from '#simulator/html.ts';
import type { HostEnterprise, Session } from './host.ts';
import { avatar, layout, sessionBar, today } from './host-layout.ts';
import { hostWords } from './host-words.ts';
import type { DemoLanguage } from './language.ts';

/** The example host's pages, in the language of the browser that asks. */
export function hostPages(language: DemoLanguage) {
  const words = hostWords[language];

  return {
    home(enterprises: readonly HostEnterprise[]): string {
      const links = enterprises.map(
        ({ name, startUrl }) => html`<a href="${startUrl}">${words.logInBy(name)}</a>`,
      );
      const content = html`<h1>${words.loggedOut}</h1><p>${words.claim}</p>${links}`;
      return layout(words, { title: words.loggedOut, content });
    },

    workbench({ enterprise, person }: Session): string {
      const content = html`<div class="person">${avatar(person.avatar_url, 'big')}<div>
<h1>${words.hello(html`<bdi id="nickname">${person.nickname || person.user_id}</bdi>`)}</h1><p>${words.loggedIn} · ${enterprise.name}</p></div></div>
${today(words)}
<section><h2>${words.told}</h2><dl><dt>user_id</dt><dd id="user-id">${person.user_id}</dd>
<dt>ent_id</dt><dd>${enterprise.entId}</dd>
<dt>created</dt><dd><span id="created">${String(person.created)}</span> (${words.created(person.created)})</dd></dl></section>`;
      return layout(words, {
        title: words.loggedIn,
        content,
        bar: sessionBar(words, person.avatar_url),
        isWide: true,
      });
    },

    bind(options: {
      state: string;
      bindTicket: string;
      users: readonly string[];
      whose: { nickname: string; avatar_url: string };
      unknownUser?: string;
    }): string {
      const { state, bindTicket, users, whose, unknownUser } = options;
      const wrong =
        unknownUser === undefined ? '' : html`<p class="wrong" role="alert">${words.noUser(unknownUser)}</p>`;
      const content = html`<h1>${words.bindTitle}</h1>
<div class="person">${avatar(whose.avatar_url, 'big')}<b><bdi id="whose">${whose.nickname}</bdi></b></div>
<p>${words.bindAsk(users.join(', '))} ${words.bindOwn}</p>${wrong}
<form method="post" action="/bind"><input type="hidden" name="state" value="${state}">
<input type="hidden" name="bind_ticket" value="${bindTicket}">
<label>${words.bindUser}<input name="user_id" required maxlength="128" autocomplete="off" autocapitalize="none" autofocus placeholder="${users[0] ?? ''}"></label>
<button>${words.bind}</button></form>`;
      return layout(words, { title: words.bindTitle, content });
    },

    signedIn(): string {
      const content = html`<h1>${words.already}</h1><p>${words.alreadyAdvice}</p>
<form method="post" action="/logout"><button>${words.logOut}</button></form>`;
      return layout(words, { title: words.already, content });
    },

    conflict(startUrl: string): string {
      const content = html`<h1>${words.conflict}</h1><p>${words.conflictAdvice}</p><a href="${startUrl}">${words.againDo}</a>`;
      return layout(words, { title: words.conflict, content });
    },

    startAgain(startUrl: string): string {
      const content = html`<h1>${words.again}</h1><p>${words.againWhy}</p><a href="${startUrl}">${words.againDo}</a>`;
      return layout(words, { title: words.again, content });
    },

    failed(): string {
      return layout(words, {
        title: words.away,
        content: html`<h1>${words.away}</h1><p>${words.awayAdvice}</p>`,
      });
    },
  };
}
