import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { SimulatorOptions } from '#simulator/create-simulator.ts';
import { startSimulator } from '#simulator/start-simulator.ts';

export const appid = 'wx0123456789abcdef';
export const secret = 'the-secret-of-the-account';
export const state = 'S7ate0123456789abcdefABCDEF';

type Parameters = Record<string, string>;

/** A simulator with one account bound to an open platform, a clock to put forward, and the calls a product makes. */
export async function withSimulator(t: Pick<ExecutionContext, 'teardown'>, options: SimulatorOptions = {}) {
  let aheadMs = 0;
  const simulator = await startSimulator({
    accounts: { [appid]: { secret, openPlatform: true } },
    now: () => Date.now() + aheadMs,
    ...options,
  });
  t.teardown(simulator.close);
  const { url, control } = simulator;

  const call = (path: string, query: Parameters, init?: RequestInit) =>
    fetch(`${url}${path}?${new URLSearchParams(query)}`, init);
  const read = async (path: string, query: Parameters): Promise<Record<string, unknown>> =>
    JSON.parse(await (await call(path, query)).text());
  const exchangeQuery = (code: string) => ({ appid, secret, code, grant_type: 'authorization_code' });

  return {
    url,
    control,
    call,
    read,
    exchangeQuery,
    exchange: (code: string, changes: Parameters = {}) =>
      read('/sns/oauth2/access_token', { ...exchangeQuery(code), ...changes }),
    /** A code of this person's, minted without a browser. */
    mint: (person = 'lilei', more: { scope?: 'snsapi_base' | 'snsapi_userinfo'; snapshot?: boolean } = {}) =>
      control.mintCode({ appid, person, ...more }).code,
    /** The documented authorize URL; a change to '' leaves the parameter out. */
    authorizeUrl(changes: Parameters = {}): string {
      const query = {
        appid,
        redirect_uri: 'http://127.0.0.1:9/callback',
        response_type: 'code',
        scope: 'snsapi_userinfo',
        state,
        ...changes,
      };
      const given = Object.entries(query).filter(([, value]) => value !== '');
      return `${url}/connect/oauth2/authorize?${new URLSearchParams(given)}`;
    },
    open: (address: string, headers: Parameters = {}) => fetch(address, { redirect: 'manual', headers }),
    decide: (authorizeUrl: string, form: Parameters) =>
      fetch(`${url}/connect/oauth2/consent`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ query: new URL(authorizeUrl).search.slice(1), ...form }),
      }),
    putClockForward(ms: number): void {
      aheadMs += ms;
    },
  };
}

/** Where a redirect leads, its code and state apart. */
export function readCallback(answer: Response) {
  const location = new URL(answer.headers.get('location') ?? 'none:');
  return {
    location,
    code: location.searchParams.get('code') ?? '',
    state: location.searchParams.get('state'),
  };
}

/** A product's callback address that notes who came. */
export async function withCallback(t: Pick<ExecutionContext, 'teardown'>) {
  const visits: Pick<IncomingMessage, 'url' | 'headers'>[] = [];
  const server = createServer((request, response) => {
    if (!request.url?.startsWith('/callback')) return response.end('logged in');
    visits.push({ url: request.url, headers: request.headers });
    return response.writeHead(303, { Location: '/elsewhere' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.closeAllConnections());
  t.teardown(() => server.close());
  return { visits, redirectUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback` };
}
