import { html } from '#simulator/html.ts';
import { page } from './host-pages.ts';
import type { OidcPerson } from './oidc-host.ts';

export function oidcHomePage({ person }: { person: OidcPerson | undefined }): string {
  if (person === undefined) {
    return page(
      '未登录 · Example OIDC host',
      html`<h1>未登录 Not logged in</h1><a href="/login">微信登录 Log in with WeChat<small>OpenID Connect</small></a>`,
    );
  }
  const { sub, name, picture } = person;
  const avatar = picture
    ? html`<img class="avatar" src="${picture}" alt="avatar">`
    : html`<i class="avatar"></i>`;
  return page(
    '已登录 · Example OIDC host',
    html`${avatar}
<h1><bdi id="nickname">${name || sub}</bdi></h1>
<p>已登录 Logged in</p>
<dl><dt>sub</dt><dd id="sub">${sub}</dd></dl>
<form method="post" action="/logout"><button class="second" id="logout">退出 Log out</button></form>`,
  );
}

export function oidcStartAgainPage(): string {
  return page(
    '请重新登录 · Example OIDC host',
    html`<h1>请重新登录<br>Please log in again</h1><a href="/login">重新登录 Log in again</a>`,
  );
}
