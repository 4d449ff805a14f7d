import type { Account } from './accounts.ts';
import { type Html, html } from './html.ts';
import type { PanelWords } from './panel-words.ts';
import { randomBase62 } from './random.ts';

export type PanelAccount = Pick<Account, 'appid' | 'name' | 'kind' | 'domains' | 'scopes' | 'link'>;

/** Where a login that is only tried comes back to: the simulator itself. */
export const tryCallbackPath = '/try/callback';

/** A link as the program of a developer would make it. */
export function tryLink({ appid, kind, scopes }: PanelAccount, url: string): string {
  const isWebsite = kind === 'website';
  const scope = isWebsite
    ? 'snsapi_login'
    : scopes.includes('snsapi_userinfo')
      ? 'snsapi_userinfo'
      : 'snsapi_base';
  const query = new URLSearchParams({
    appid,
    redirect_uri: `${url}${tryCallbackPath}`,
    response_type: 'code',
    scope,
    state: randomBase62(16),
  });
  return `/connect/${isWebsite ? 'qrconnect' : 'oauth2/authorize'}?${query}#wechat_redirect`;
}

function accountRow({ appid, name, kind, domains, link }: PanelAccount, words: PanelWords): Html {
  const isOpen = domains.includes('*');
  return html`<li class="row"><div><h3>${name}</h3><code>${appid}</code>${kind === 'website' ? html` <small>${words.website}</small>` : ''}
${isOpen ? '' : html`<br><small>${words.domains}: ${domains.join(', ')}</small>`}</div>
<a class="button first" href="/try?appid=${appid}" aria-label="${words.tryLogin}: ${name}">${words.tryLogin}</a>
${link ? html`<a class="button" href="${link}" aria-label="${words.ownLink}: ${name}">${words.ownLink}</a>` : ''}</li>`;
}

export function panelAccounts(accounts: readonly PanelAccount[], url: string, words: PanelWords): Html {
  const rows = accounts.map((account) => accountRow(account, words));
  const command = `curl -X PUT ${url}/_simulator/accounts/wx0123456789abcdef -d '{"secret":"my-secret"}'`;
  return html`<section><h2>${words.accounts}</h2>
${rows.length > 0 ? html`<ul>${rows}</ul>` : html`<p>${words.noAccount}</p><pre>${command}</pre>`}</section>`;
}
