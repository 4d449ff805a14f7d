import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import type { Accounts } from './accounts.ts';
import { redirectTo } from './answer-browser.ts';
import type { Codes } from './codes.ts';
import { languageOf } from './language.ts';
import { tryLink } from './panel-accounts.ts';
import { showPanel } from './panel-layout.ts';
import { readBody } from './read-body.ts';
import { parameter } from './sns-endpoints.ts';
import { type Traded, tradedPage, tryPage } from './try-pages.ts';
import { tryWords } from './try-words.ts';

const patienceMs = 10_000;

/** As it stands where it can be read, line by line where it is JSON. */
function legible(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/**
 * The smallest program that signs people in, so that a login can be tried with nothing else at hand. It calls the simulator over HTTP as
 * any program does, meets its faults, and is in its log. `ownUrl`: where this process reaches its own listener.
 */
export function createTryLogin(deps: {
  accounts: Accounts;
  codes: Codes;
  ownUrl: () => string;
  publicUrl: () => string;
}) {
  const { accounts, codes, ownUrl, publicUrl } = deps;

  async function call(path: string, query: Record<string, string>): Promise<Traded> {
    const told = new URLSearchParams({ ...query, ...(query['secret'] && { secret: '***' }) });
    const request = `GET ${path}?${decodeURIComponent(String(told))}`;
    try {
      const answer = await fetch(`${ownUrl()}${path}?${new URLSearchParams(query)}`, {
        signal: AbortSignal.timeout(patienceMs),
      });
      return { request, answer: legible(await answer.text()) };
    } catch (error) {
      const { cause, message } = error as Error;
      return { request, reason: cause instanceof Error ? cause.message : message };
    }
  }

  async function trade(code: string): Promise<Traded[]> {
    const account = accounts.find(codes.find(code)?.appid ?? '');
    const { appid = '', secret = '' } = account ?? {};
    const traded = await call('/sns/oauth2/access_token', {
      appid,
      secret,
      code,
      grant_type: 'authorization_code',
    });
    const { access_token, openid, scope = '' } = memberTexts(traded.answer);
    if (!access_token || !openid || scope === 'snsapi_base') return [traded];
    return [traded, await call('/sns/userinfo', { access_token, openid, lang: 'zh_CN' })];
  }

  return {
    /** The account's link, as its program would make it. */
    begin(response: ServerResponse, rawQuery: string): void {
      const account = accounts.find(parameter(parse(rawQuery), 'appid'));
      redirectTo(response, account ? tryLink(account, publicUrl()) : '/');
    },
    show(request: IncomingMessage, response: ServerResponse, rawQuery: string): void {
      const query = parse(rawQuery);
      const came = { code: parameter(query, 'code'), state: parameter(query, 'state') };
      showPanel(response, tryPage(came, tryWords[languageOf(request)]), publicUrl());
    },
    async trade(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const code = parameter(parse(await readBody(request)), 'code');
      showPanel(response, tradedPage(code, await trade(code), tryWords[languageOf(request)]), publicUrl());
    },
  };
}

/** The members of a JSON object that are texts; none of what is none. */
function memberTexts(json = ''): Record<string, string> {
  try {
    const members = Object.entries(JSON.parse(json) as object);
    return Object.fromEntries(
      members.filter((member): member is [string, string] => typeof member[1] === 'string'),
    );
  } catch {
    return {};
  }
}
