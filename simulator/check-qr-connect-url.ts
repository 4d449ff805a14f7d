import { parse } from 'node:querystring';
import { type Accounts, coversRedirect } from './accounts.ts';
import type { AuthorizeRequest, PageError } from './check-authorize-url.ts';
import { parseUrl } from './parse-url.ts';
import { parameter } from './sns-endpoints.ts';

const said = (text: string): PageError => ({ code: null, text });

/** Reads the query of a link to /connect/qrconnect, where the order of parameters is free and a state may be left out. */
export function checkQrConnectUrl(
  rawQuery: string,
  { accounts, tryCallback }: { accounts: Accounts; tryCallback: string },
): AuthorizeRequest | PageError {
  const query = parse(rawQuery);
  const account = accounts.find(parameter(query, 'appid'));
  const scope = parameter(query, 'scope');
  const redirectUri = parseUrl(parameter(query, 'redirect_uri'));
  if (!account) return said('AppID 参数错误');
  if (account.kind !== 'website' || scope !== 'snsapi_login') return said('Scope 参数错误或没有 Scope 权限');
  if (parameter(query, 'response_type') !== 'code') return said('response_type 参数错误');
  const isCovered =
    redirectUri?.href === tryCallback || (redirectUri && coversRedirect(account.domains, redirectUri));
  if (!redirectUri || !isCovered) return said('redirect_uri 参数错误');
  const state = parameter(query, 'state');
  return {
    account,
    redirectUri,
    scope,
    state,
    forcePopup: false,
    forceSnapShot: false,
    person: '',
    rawQuery,
  };
}
