import * as openid from 'openid-client';
import { beginAt, type OidcClient, redeem, redirectUri } from './oidc-client.ts';
import type { Person } from './person.ts';
import { until } from './until.ts';

/** The requests of a login, in their order: the last two are the client's own. */
export const hops = ['auth', 'interaction', 'callback', 'finish', 'resume', 'token', 'me'] as const;
export type Hop = (typeof hops)[number];

/** A page without a way on, or a refusal: whoever meets it begins anew. */
class Over extends Error {}
const mostBegins = 4;

/**
 * A browser and its client that do what they do in life: repeat a request that was not answered, or told to come again, and begin
 * anew where it has come to nothing. `fault` happens once, when a request of that kind has been sent and not answered yet.
 */
export async function walkIn(
  person: Person,
  client: OidcClient,
  fault?: { readonly at: Hop; readonly happen: () => Promise<void> },
) {
  let hasHappened = false;

  /** Rejects with Over where repeating is of no use. */
  async function persist<T>(hop: Hop, send: () => Promise<T | undefined>): Promise<T> {
    if (fault?.at === hop && !hasHappened) {
      hasHappened = true;
      // What becomes of it nobody sees: its answer is lost.
      const lost = send().catch(() => undefined);
      await fault.happen();
      await lost;
    }
    return until(send, { timeoutMs: 60_000, what: `an answer to ${hop}` });
  }

  const visit = (hop: Hop, address: string) =>
    persist(hop, async () => {
      const answer = await person.visit(address).catch(() => undefined);
      return answer === undefined || answer.status === 503 ? undefined : answer;
    });

  async function browse(address: string): Promise<URL> {
    let at = address;
    for (;;) {
      const answer = await visit(hopOf(at), at);
      const { location } = answer;
      if (answer.status < 300 || answer.status >= 400) throw new Over(`${at} answered ${answer.status}`);
      if (location.startsWith(redirectUri)) return new URL(location);
      at = location;
      if (/^\/logins\/\w+$/.test(new URL(location, 'http://here').pathname)) {
        const end = await person.waitForEnd().catch((error) => {
          throw new Over('the waiting page', { cause: error });
        });
        at = end.location ?? '';
      }
      if (at.includes('/connect/oauth2/authorize')) at = await person.authorize(at);
      if (at === '') throw new Over('no way on');
    }
  }

  const ask = <T>(hop: Hop, send: () => Promise<T>) =>
    persist(hop, () => send().catch((error) => refusedOrAway(error)));

  async function logIn() {
    // While a store is away the client hears so, and may ask again.
    const { begun, back } = await until(
      async () => {
        const begun = await beginAt(client);
        const back = await browse(begun.url.href);
        return back.searchParams.get('error') !== 'temporarily_unavailable' && { begun, back };
      },
      { timeoutMs: 60_000 },
    );
    if (back.searchParams.get('code') === null) throw new Over(String(back.searchParams.get('error')));
    const tokens = await ask('token', () => redeem(client, begun, back));
    const sub = String(tokens.claims()?.sub);
    const told = await ask('me', () => openid.fetchUserInfo(client.config, tokens.access_token, sub));
    return { sub, told };
  }

  const over: string[] = [];
  for (let begins = 1; begins <= mostBegins; begins += 1) {
    try {
      return { ...(await logIn()), begins, over };
    } catch (error) {
      if (!(error instanceof Over)) throw error;
      over.push(error.message);
    }
  }
  throw new Error(`it came to nothing each time: ${over.join('; ')}`);
}

function hopOf(address: string): Hop {
  const { pathname } = new URL(address, 'http://here');
  if (pathname === '/oidc/auth') return 'auth';
  if (pathname.endsWith('/finish')) return 'finish';
  if (pathname.startsWith('/oidc/interaction/')) return 'interaction';
  return pathname === '/wechat/callback' ? 'callback' : 'resume';
}

/** Undefined where the server was away; else it has refused. */
function refusedOrAway(error: unknown): undefined {
  const { status, cause } = error as { status?: number; cause?: { status?: number } };
  const told = status ?? cause?.status;
  if (told === undefined || told >= 500) return undefined;
  throw new Over(`the client was told ${told}`);
}
