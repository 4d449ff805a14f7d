import { type Html, html } from '#simulator/html.ts';
import type { HostEnterprise, Session } from './host.ts';

const style = `
:root { color-scheme: light dark; --blue: #2f5bea; --ink: light-dark(#1b2233, #e3e7f1); --soft: light-dark(#626c82, #98a1b5);
  --ground: light-dark(#eef1f7, #10131a); --card: light-dark(#fff, #191d27); --line: light-dark(#e2e6ef, #2b3140) }
* { box-sizing: border-box }
body { margin: 0; min-height: 100dvh; display: grid; place-content: center; justify-items: center; gap: 1rem; padding: 1.5rem;
  background: var(--ground); color: var(--ink);
  font: 16px/1.6 -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", sans-serif; overflow-wrap: anywhere }
header { font-weight: 700; letter-spacing: .02em } header i { color: var(--blue); font-style: normal }
main { width: min(26rem, 100vw - 2rem); padding: 2rem; border-radius: 1rem; background: var(--card); display: grid; gap: 1rem; text-align: center }
h1 { margin: 0; font-size: 1.3rem } p { margin: 0; color: var(--soft) }
.avatar { width: 6rem; height: 6rem; margin: auto; border-radius: 50%; background: var(--line) }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 0; padding: 1rem 0; border-block: 1px solid var(--line); text-align: left }
dt { color: var(--soft) } dd { margin: 0; text-align: right; font-family: ui-monospace, monospace; font-size: .9rem }
a, button { display: block; width: 100%; padding: .65rem 1rem; border: 0; border-radius: .6rem; font: inherit; font-weight: 600; text-decoration: none;
  text-align: center; cursor: pointer; background: var(--blue); color: #fff }
a small, button small { display: block; font-weight: 400; opacity: .85 }
.second { background: var(--line); color: var(--ink) } form { display: grid; gap: 1rem; margin: 0 }
input { width: 100%; font: inherit; padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .6rem; background: none; color: inherit }
.wrong { color: #d9482b }
:focus-visible { outline: 3px solid color-mix(in srgb, var(--blue) 55%, transparent); outline-offset: 2px }`;

/** A whole document of an example host. */
export function page(title: string, content: Html): string {
  return `<!doctype html>${
    html`<html lang="zh-CN"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>${{ html: style }}</style></head>
<body><header><i>◆</i> 示例系统 Example host</header><main>${content}</main></body></html>`.html
  }`;
}

const startLinks = (enterprises: readonly HostEnterprise[]): Html[] =>
  enterprises.map(
    ({ name, startUrl }) => html`<a href="${startUrl}">微信登录 Log in with WeChat<small>${name}</small></a>`,
  );

export function homePage(options: {
  session: Session | undefined;
  enterprises: readonly HostEnterprise[];
}): string {
  if (options.session === undefined) {
    return page(
      '未登录 · Example host',
      html`<h1>未登录 Not logged in</h1>${startLinks(options.enterprises)}`,
    );
  }
  const { enterprise, person } = options.session;
  const avatar = person.avatar_url
    ? html`<img class="avatar" src="${person.avatar_url}" alt="avatar">`
    : html`<i class="avatar"></i>`;
  return page(
    '已登录 · Example host',
    html`${avatar}
<h1><bdi id="nickname">${person.nickname || person.user_id}</bdi></h1>
<p>已登录 Logged in</p>
<dl><dt>user_id</dt><dd id="user-id">${person.user_id}</dd>
<dt>ent_id</dt><dd>${enterprise.entId}</dd>
<dt>created</dt><dd id="created">${String(person.created)}</dd></dl>
<form method="post" action="/logout"><button class="second" id="logout">退出 Log out</button></form>`,
  );
}

export function bindPage(options: {
  state: string;
  bindTicket: string;
  users: readonly string[];
  nickname: string;
  unknownUser?: string;
}): string {
  const { state, bindTicket, users, nickname, unknownUser } = options;
  const wrong =
    unknownUser === undefined
      ? ''
      : html`<p class="wrong" role="alert">没有这个用户 There is no user “${unknownUser}”.</p>`;
  return page(
    '关联账号 · Example host',
    html`<h1>把微信“<bdi>${nickname}</bdi>”关联到哪位用户？<br>Which user is the WeChat “<bdi>${nickname}</bdi>”?</h1>
<p>这个微信还没有关联账号。This WeChat is not linked to a user yet. (${users.join(', ')})</p>
<p>只有这是您自己的微信时才继续。Go on only if this is your own WeChat.</p>${wrong}
<form method="post" action="/bind"><input type="hidden" name="state" value="${state}">
<input type="hidden" name="bind_ticket" value="${bindTicket}">
<input name="user_id" required maxlength="128" autocomplete="off" autocapitalize="none" autofocus placeholder="${users[0] ?? ''}" aria-label="user_id">
<button>关联并登录 Link and log in</button></form>`,
  );
}

export function signedInPage(): string {
  return page(
    '已登录 · Example host',
    html`<h1>您已登录<br>You are logged in already</h1>
<p>要关联另一个微信，请先退出，再重新打开链接。To link a WeChat, log out first and open the link again.</p>
<form method="post" action="/logout"><button>退出 Log out</button></form>`,
  );
}

export function conflictPage({ startUrl }: { startUrl: string }): string {
  return page(
    '无法关联 · Example host',
    html`<h1>这个微信已关联其他用户<br>This WeChat belongs to another user</h1>
<p>请先由该用户解除关联。That user has to unlink it first.</p><a href="${startUrl}">重新登录 Log in again</a>`,
  );
}

export function startAgainPage({ startUrl }: { startUrl: string }): string {
  return page(
    '请重新登录 · Example host',
    html`<h1>请重新登录<br>Please log in again</h1>
<p>登录凭证已使用或已过期。The ticket is used or has expired.</p><a href="${startUrl}">重新登录 Log in again</a>`,
  );
}

export function failedPage(): string {
  return page(
    '暂时无法登录 · Example host',
    html`<h1>暂时无法登录<br>The login service is away</h1><p>请稍后再试。Please try again shortly.</p>`,
  );
}
