import { type Html, html } from '#simulator/html.ts';
import type { HostWords } from './host-words.ts';

const style = `
:root { color-scheme: light dark; --leaf: #18794e; --ink: light-dark(#17211c, #e5ebe8); --soft: light-dark(#566059, #9daaa3);
  --ground: light-dark(#f3f6f4, #0e1210); --card: light-dark(#fff, #171d1a); --line: light-dark(#dde5e1, #29322d) }
* { box-sizing: border-box }
body { margin: 0; min-height: 100dvh; background: var(--ground); color: var(--ink); overflow-wrap: anywhere;
  font: 16px/1.6 -apple-system, "Segoe UI", "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif }
header { display: flex; align-items: center; gap: .9rem; padding: .7rem clamp(1rem, 5vw, 3rem); background: var(--card); border-bottom: 1px solid var(--line) }
header b { flex: 1; font-size: 1.1rem } header b::before { content: "❧"; margin-right: .5rem; color: var(--leaf) } header form { width: auto }
.avatar { flex: none; width: 2.4rem; height: 2.4rem; border-radius: 50%; background: var(--line); object-fit: cover } .big { width: 4.5rem; height: 4.5rem }
main { max-width: 60rem; margin: 0 auto; padding: clamp(1.5rem, 6vw, 4rem) clamp(1rem, 5vw, 3rem); display: grid; gap: 1.25rem }
main.narrow { max-width: 30rem } h1 { margin: 0; font-size: clamp(1.4rem, 4vw, 2rem); line-height: 1.3; text-wrap: balance } h2 { margin: 0; font-size: 1rem } p { margin: 0; color: var(--soft) }
.today { display: grid; gap: clamp(.5rem, 2vw, 1rem); grid-template-columns: repeat(3, minmax(0, 1fr)); padding: 0; margin: 0; list-style: none }
.today li, section { padding: 1.1rem clamp(.8rem, 3vw, 1.25rem); border: 1px solid var(--line); border-radius: .9rem; background: var(--card) }
.today li { font-size: .9rem; line-height: 1.4 } .today b { display: block; line-height: 1.6; font-size: 1.8rem; color: light-dark(var(--leaf), #6fcf9f) } section { display: grid; gap: .75rem }
dl { display: grid; grid-template-columns: auto 1fr; gap: .3rem 1.5rem; margin: 0 } dt { color: var(--soft) } dd { margin: 0; font-family: ui-monospace, monospace; font-size: .9rem }
a, button { display: block; width: 100%; padding: .65rem 1rem; border: 0; border-radius: .6rem; font: inherit; font-weight: 600; text-decoration: none;
  text-align: center; cursor: pointer; background: var(--leaf); color: #fff }
.second { background: none; border: 1px solid var(--line); color: var(--ink); font-weight: 500 } form { display: grid; gap: 1rem; margin: 0 }
.person { display: flex; gap: 1rem; align-items: center } label { display: grid; gap: .3rem; color: var(--soft) }
input { width: 100%; font: inherit; padding: .6rem .8rem; border: 1px solid light-dark(#7d8a83, #6b7871); border-radius: .6rem; background: none; color: var(--ink) }
.wrong { color: light-dark(#b3261e, #ff9e94) }
:focus-visible { outline: 3px solid color-mix(in srgb, var(--leaf) 60%, transparent); outline-offset: 2px }`;

/** A whole document of an example host: its bar, with what belongs to a session at its end, and the page. */
export function layout(
  words: HostWords,
  shown: { title: string; content: Html; bar?: Html; isWide?: boolean },
): string {
  const { title, content, bar = html``, isWide = false } = shown;
  return `<!doctype html>${
    html`<html lang="${words.lang}"><head><meta charset="utf-8"><title>${title} · ${words.product}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<style>${{ html: style }}</style></head>
<body><header><b>${words.product}</b>${bar}</header><main class="${isWide ? 'wide' : 'narrow'}">${content}</main></body></html>`
      .html
  }`;
}

/** The person's picture, or the place where it would be. */
export function avatar(url: string, kind = ''): Html {
  return url === ''
    ? html`<i class="avatar ${kind}"></i>`
    : html`<img class="avatar ${kind}" src="${url}" alt="">`;
}

/** Who is logged in, with the way out. */
export function sessionBar(words: HostWords, pictureUrl: string): Html {
  return html`${avatar(pictureUrl)}<form method="post" action="/logout"><button class="second" id="logout">${words.logOut}</button></form>`;
}

/** The figures of somebody's day: what a host is for. The same for everybody. */
export function today(words: HostWords): Html {
  return html`<ul class="today">${words.today.map(([figure, what]) => html`<li><b>${figure}</b>${what}</li>`)}</ul>`;
}
