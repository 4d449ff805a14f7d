import type { AuthorizeRequest, PageError } from './check-authorize-url.ts';
import { type Html, html } from './html.ts';

const style = `
:root { color-scheme: light dark; --green: #07813f; --ink: light-dark(#191919, #d5d5d5); --soft: light-dark(#5f5f5f, #9a9a9a);
  --ground: light-dark(#ededed, #111); --card: light-dark(#fff, #1e1e1e); --line: light-dark(#e5e5e5, #2c2c2c) }
* { box-sizing: border-box }
body { margin: 0; min-height: 100dvh; background: var(--ground); color: var(--ink);
  font: 17px/1.5 -apple-system, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif }
main { max-width: 26rem; min-height: 100dvh; margin: auto; padding: 2rem 1.5rem 1rem; display: flex; flex-direction: column;
  gap: 1.25rem; background: var(--card) }
h1 { margin: 0; font-size: 1.3rem; font-weight: 600 } h1 small, p small, b small, .button small { display: block }
.button small { color: inherit }
small, footer, .soft { color: var(--soft); font-size: .8rem; font-weight: 400 }
p { margin: 0 } .grow { flex: 1 } .center { text-align: center }
.mark { font-size: 3.5rem; line-height: 1 }
button, .button { display: block; width: 100%; padding: .7rem 1rem; border: 0; border-radius: .5rem; font: inherit; font-weight: 600;
  text-align: center; text-decoration: none; cursor: pointer; background: var(--line); color: var(--ink) }
.yes { background: var(--green); color: #fff } .plain { background: none; color: var(--soft); font-weight: 400; font-size: .9rem }
:focus-visible { outline: 3px solid color-mix(in srgb, var(--green) 60%, transparent); outline-offset: 2px }
form { display: contents } .buttons { display: grid; gap: .6rem } .bar { border-top: 1px solid var(--line); padding-top: 1rem }
footer { text-align: center }`;

/** One phone-sized page; says at its foot that it isn't WeChat. */
export function layout(title: string, body: Html): string {
  return `<!doctype html>${
    html`<html lang="zh-CN"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>${{ html: style }}</style></head>
<body><main>${body}<footer>微信模拟器 · WeChat simulator, not WeChat</footer></main></body></html>`.html
  }`;
}

export function errorPage({ code, text }: PageError): string {
  return layout(
    '抱歉，出错了',
    html`<p class="mark center">⚠️</p>
<h1 class="center weui_msg_title" data-page-code="${code ?? ''}">${text}</h1>
<p class="center soft">${code === null ? '' : `错误码 ${code} · `}The callback was not called.</p><div class="grow"></div>`,
  );
}

export function outsideWeChatPage(): string {
  return layout(
    '抱歉，出错了',
    html`<p class="mark center">ℹ️</p><h1 class="center weui_msg_title">请在微信客户端打开链接</h1>
<p class="center soft">Open this link in WeChat: the user agent has no MicroMessenger.</p><div class="grow"></div>`,
  );
}

export function notSimulatedPage(path: string): string {
  return layout(
    '未模拟',
    html`<p class="mark center">🚧</p><h1 class="center">未模拟<small>Not simulated: ${path}</small></h1>
<p class="center soft">WeChat may have a page here; this simulator does not play it. simulator/README.md says what it plays.</p><div class="grow"></div>`,
  );
}

export function refusedPage(): string {
  return layout(
    '已拒绝',
    html`<p class="mark center">✋</p><h1 class="center">你已拒绝授权<small>You refused</small></h1>
<p class="center soft">WeChat does not tell the website: its callback is not called.</p><div class="grow"></div>`,
  );
}

/** The bar under a snapshot page. Its button leads to real consent with the same state. */
export function snapshotPage({ account, rawQuery }: AuthorizeRequest): string {
  return layout(
    '网页快照',
    html`<h1>${account.name}<small>网页快照 · snapshot page</small></h1>
<p class="soft">快照已在新标签页打开，只可浏览。<small>The snapshot is open in another tab; there one can only look.</small></p>
<div class="grow"></div>
<p class="soft bar">该网页需获取个人信息才可使用完整服务，当前仅可浏览部分内容</p>
<a class="button yes" id="full-service" href="/connect/oauth2/full-service?${rawQuery}#wechat_redirect">使用完整服务<small>Use the full service</small></a>`,
  );
}
