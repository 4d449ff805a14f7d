import { randomBytes } from 'node:crypto';
import { Router } from '@koa/router';
import Koa, { type Context } from 'koa';
import * as openid from 'openid-client';
import { languageOf } from '#simulator/language.ts';
import { hostPages } from './host-pages.ts';
import { oidcHomePage, oidcStartAgainPage } from './oidc-pages.ts';

/** What the login service told when this client was made known to it. */
export type Registered = { readonly clientId: string; readonly clientSecret: string };
export type OidcPerson = {
  readonly sub: string;
  readonly name: string;
  readonly picture: string;
  readonly idToken: string;
};
type Begun = { readonly verifier: string; readonly state: string; readonly nonce: string };

const cookieName = 'demo-oidc';
const deadlineSeconds = 5;

/**
 * A second example of a system that people log in to by WeChat: it knows nothing of this service but its issuer, and leaves all else
 * to a stock OpenID Connect library. Koa, in memory; `registered` is asked for once the client is made known.
 */
export function createOidcHost(deps: {
  issuer: string;
  ownUrl: string;
  registered: () => Registered | undefined;
}): Koa {
  const { issuer, ownUrl, registered } = deps;
  const begun = new Map<string, Begun>();
  const sessions = new Map<string, OidcPerson>();
  const router = new Router();
  let discovered: Promise<openid.Configuration> | undefined;

  /** Asked of the issuer when the first person comes. */
  async function configuration(): Promise<openid.Configuration> {
    const known = registered();
    if (known === undefined) throw new Error('not made known to the login service yet');
    discovered ??= openid.discovery(new URL(issuer), known.clientId, known.clientSecret, undefined, {
      // The demo is on http; a real client leaves this out.
      execute: [openid.allowInsecureRequests],
      timeout: deadlineSeconds,
    });
    return discovered.catch((error) => {
      discovered = undefined;
      throw error;
    });
  }

  /** Another id each time, so that what a browser brought is never made more of. */
  function remember<T>(ctx: Context, all: Map<string, T>, one: T): void {
    const id = randomBytes(32).toString('base64url');
    all.set(id, one);
    ctx.cookies.set(cookieName, id, { httpOnly: true, sameSite: 'lax' });
  }
  const idOf = (ctx: Context): string => ctx.cookies.get(cookieName) ?? '';

  router.get('/', (ctx) => {
    ctx.body = oidcHomePage(languageOf(ctx.req), sessions.get(idOf(ctx)));
  });

  router.get('/login', async (ctx) => {
    const config = await configuration();
    const [verifier, state, nonce] = [
      openid.randomPKCECodeVerifier(),
      openid.randomState(),
      openid.randomNonce(),
    ];
    remember(ctx, begun, { verifier, state, nonce });
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: `${ownUrl}/callback`,
      scope: 'openid profile',
      state,
      nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    ctx.redirect(url.href);
  });

  router.get('/callback', async (ctx) => {
    const kept = begun.get(idOf(ctx));
    begun.delete(idOf(ctx));
    const person = kept && (await redeem(new URL(ctx.url, ownUrl), kept));
    if (person === undefined) {
      ctx.status = 400;
      ctx.body = oidcStartAgainPage(languageOf(ctx.req));
      return;
    }
    remember(ctx, sessions, person);
    ctx.redirect('/');
  });

  router.post('/logout', async (ctx) => {
    const person = sessions.get(idOf(ctx));
    sessions.delete(idOf(ctx));
    if (person === undefined) return ctx.redirect('/');
    const url = openid.buildEndSessionUrl(await configuration(), {
      post_logout_redirect_uri: `${ownUrl}/`,
      id_token_hint: person.idToken,
    });
    ctx.status = 303;
    ctx.redirect(url.href);
  });

  /** Undefined for an answer that is not of this login, or says that nobody logged in. */
  async function redeem(answer: URL, { verifier, state, nonce }: Begun): Promise<OidcPerson | undefined> {
    const config = await configuration();
    try {
      const tokens = await openid.authorizationCodeGrant(config, answer, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
      });
      const claims = tokens.claims();
      if (claims === undefined) return undefined;
      const { sub, name, picture } = claims;
      return {
        sub,
        name: String(name ?? ''),
        picture: String(picture ?? ''),
        idToken: tokens.id_token ?? '',
      };
    } catch (error) {
      // Its words may hold what was in the address.
      if (error instanceof openid.ClientError && error.code === 'OAUTH_TIMEOUT') throw error;
      return undefined;
    }
  }

  const app = new Koa();
  app.use(async function protectPages(ctx, next) {
    ctx.set({
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      // The form that logs out goes on to the issuer.
      'Content-Security-Policy': `default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; form-action 'self' ${new URL(issuer).origin}; frame-ancestors 'none'`,
    });
    try {
      await next();
    } catch {
      ctx.status = 502;
      ctx.body = hostPages(languageOf(ctx.req)).failed();
    }
  });
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}
