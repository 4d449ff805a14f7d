import type { AuthorizeRequest } from './check-authorize-url.ts';
import { choiceStyle, choosePerson } from './choose-person.ts';
import { html } from './html.ts';
import { layout } from './pages.ts';
import type { Person } from './people.ts';

const style = `${choiceStyle}
.warning { background: #fa9d3b33; border-radius: .4rem; padding: .5rem .75rem; font-size: .85rem }`;

// WeChat requires the fragment, which no server sees. The frame page takes this tab's place while the snapshot opens in another.
const script = `
if (location.hash !== '#wechat_redirect') document.querySelector('.warning').hidden = false;
document.querySelector('#snapshot').addEventListener('click', (event) => {
  const frame = event.target.dataset.frame;
  setTimeout(() => { location.href = frame; }, 150);
});`;

/**
 * Allow, refuse, or open as a snapshot page, as a person of one's choice. Works without JavaScript, too. A browser that comes Back must not
 * tick rows by what was in their place before: whoever was chosen is remembered by the cookie, and the form asks not to be restored.
 */
export function consentPage(options: { asked: AuthorizeRequest; choices: Person[]; chosen: string }): string {
  const { asked, choices, chosen } = options;
  return layout(
    '微信登录',
    html`<style>${{ html: style }}</style>
<h1>${asked.account.name}<small>申请获取并使用你的昵称、头像 · asks for your nickname and avatar</small></h1>
<p class="warning" hidden>缺少 #wechat_redirect: the link lacks the fragment that WeChat requires.</p>
<form method="post" action="/connect/oauth2/consent" autocomplete="off"><input type="hidden" name="query" value="${asked.rawQuery}">
${choosePerson(choices, chosen)}
<div class="grow"></div><div class="buttons">
<button class="yes" id="allow" name="decision" value="allow">允许 Allow</button>
<button id="refuse" name="decision" value="refuse">拒绝 Refuse</button>
<button class="plain" id="snapshot" name="decision" value="snapshot" formtarget="_blank"
 data-frame="/connect/oauth2/snapshot?${asked.rawQuery}#wechat_redirect">以网页快照打开 Open as snapshot page</button>
</div></form><script>${{ html: script }}</script>`,
  );
}
