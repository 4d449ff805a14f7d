import type { AuthorizeRequest } from './check-authorize-url.ts';
import { html } from './html.ts';
import { layout } from './pages.ts';
import type { Person } from './people.ts';
import { scanBox } from './phone-pages.ts';

/** What this is, a phone that scans, and the way back from a snapshot page that was opened without WeChat's bar under it. */
export function homePage(options: {
  url: string;
  accounts: readonly { appid: string; name: string }[];
  snapshots: readonly AuthorizeRequest[];
  /** Whose phones scan. */
  people: readonly Person[];
  chosen: string;
}): string {
  const { url, accounts, snapshots, people, chosen } = options;
  const accountRows = accounts.map(({ appid, name }) => html`<p>${name}<small>${appid}</small></p>`);
  const snapshotRows = snapshots.map(
    ({ account, rawQuery, state }) =>
      html`<a class="button yes" href="/connect/oauth2/full-service?${rawQuery}#wechat_redirect">使用完整服务
<small>${account.name} · ${state.slice(0, 8)}…</small></a>`,
  );
  return layout(
    '微信模拟器',
    html`<h1>微信模拟器<small>WeChat simulator: web authorisation of service accounts</small></h1>
<p class="soft">open.weixin.qq.com → ${url}<br>api.weixin.qq.com → ${url}<br>${url}/_simulator/… steers it (simulator/README.md)</p>
${accounts.length > 0 ? accountRows : html`<p>没有服务号<small>No account yet: PUT ${url}/_simulator/accounts/wx…</small></p>`}
${snapshots.length > 0 ? html`<h1>网页快照<small>Latest snapshot visits</small></h1><div class="buttons">${snapshotRows}</div>` : ''}
${scanBox(people, chosen)}
<div class="grow"></div>`,
  );
}
