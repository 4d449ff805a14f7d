import { METHODS } from 'node:http';
import { Router, type RouterContext } from '@koa/router';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Pages } from '#ingress/browser/pages/render-page.ts';
import { allowOnly } from '#ingress/http/allow-only.ts';
import { checkInput } from '#ingress/http/check-input.ts';
import { formBody } from '#ingress/http/middleware/form-body.ts';
import { jsonErrors } from '#ingress/http/middleware/json-errors.ts';
import { onlyForPeople } from '#ingress/http/middleware/only-for-people.ts';
import { Problem } from '#ingress/http/problem.ts';
import { redirect } from '#ingress/http/redirect.ts';
import { createBeginInteraction } from '#ingress/oidc/begin-interaction.ts';
import { buildProvider } from '#ingress/oidc/build-provider.ts';
import { createCallProvider } from '#ingress/oidc/call-provider.ts';
import { createCurrentProvider } from '#ingress/oidc/current-provider.ts';
import type { IsBound } from '#ingress/oidc/find-account.ts';
import { createFinishInteraction } from '#ingress/oidc/finish-interaction.ts';
import type { InteractionLimits } from '#ingress/oidc/interaction-limits.ts';
import type { LoginWithin } from '#ingress/oidc/login-within.ts';
import { createLostInteraction } from '#ingress/oidc/lost-interaction.ts';
import { createOidcPages } from '#ingress/oidc/provider-pages.ts';
import { unknownModes } from '#ingress/oidc/response-mode.ts';
import type { Count } from '#models/counts/tally.ts';
import { isBound } from '#models/documents/bindings.ts';
import type { Documents } from '#models/documents/open-documents.ts';
import type { ReachedLogins } from '#models/login/reached-logins.ts';
import type { Rows } from '#models/oidc/rows.ts';
import { createSealedGrants } from '#models/oidc/sealed-grants.ts';
import type { Doorkeeper } from '#operations/doorkeeper.ts';

const uidPattern = /^[\w-]{20,64}$/;
/** What a query may be, too (public-app.ts): an id token of ours is a quarter of it. */
const mostLogoutBytes = 4_096;
/** OpenID Connect RP-Initiated Logout 1.0, section 2: by GET or by POST. What it does not know is ignored by the library. */
const logoutForm = z.record(z.string(), z.string());

export type OidcDoor = ReturnType<typeof createOidcDoor>;

/** The OpenID Connect provider: everything under `/oidc/` of the public listener, unknown addresses and methods included. */
export function createOidcDoor(deps: {
  documents: Pick<Documents, 'directory' | 'bindings' | 'sealer' | 'keys'>;
  logins: ReachedLogins;
  rows: Rows;
  limits: InteractionLimits;
  login: LoginWithin;
  pages: Pick<Pages, 'problem' | 'startAgain' | 'retrying' | 'logout' | 'loggedOut'>;
  doorkeeperOf: (clientId: string) => Doorkeeper;
  publicUrl: string;
  count: Count;
  log: Logger;
}): Router {
  const { documents, logins, login, pages, publicUrl, log } = deps;
  const { directory, bindings, sealer, keys } = documents;
  const told = { pages, directory, publicUrl };
  const oidcPages = createOidcPages(told);
  const provided = {
    ...deps,
    directory,
    pages: oidcPages,
    isBound: ((person) => isBound(bindings, person)) as IsBound,
    grants: createSealedGrants(sealer),
    cookieKeys: sealer.pseudonyms('cookies', 'oidc'),
  };
  const currentProvider = createCurrentProvider({ keys, build: (list) => buildProvider(provided, list) });
  const callProvider = createCallProvider({ publicUrl });
  const lost = createLostInteraction({ pages, oidcPages, rows: deps.rows });
  const shared = { ...told, currentProvider, login, lost };
  const begin = createBeginInteraction(shared);
  const finish = createFinishInteraction({ ...shared, logins, isBound: provided.isBound });

  // A proxy that keeps some addresses to some people must not be got round by capitals.
  const router = new Router({ methods: METHODS, sensitive: true });
  const answer = async (ctx: RouterContext) =>
    callProvider(ctx, await currentProvider(), ctx.url.slice('/oidc'.length));
  const answerAs = (path: string) => async (ctx: RouterContext) =>
    callProvider(ctx, await currentProvider(), path);
  const forPeople = onlyForPeople();
  const asJson = jsonErrors(log);

  // People, in their browsers.
  router.get('/oidc/auth', forPeople, (ctx) => {
    ctx.url = unknownModes(ctx.url);
    return login.inTurn(ctx, () => answer(ctx));
  });
  router.get('/oidc/auth/:uid', forPeople, answer);
  router.get('/oidc/interaction/:uid', forPeople, (ctx) => begin(ctx, uidOf(ctx)));
  router.get('/oidc/interaction/:uid/finish', forPeople, (ctx) => finish(ctx, uidOf(ctx)));
  router.get('/oidc/session/end', forPeople, answer);
  // A browser that comes from elsewhere by POST brings no cookie of ours along (SameSite=Lax): it comes again by GET.
  router.post('/oidc/session/end', forPeople, formBody(mostLogoutBytes), (ctx) => {
    const given = checkInput(logoutForm, ctx.request.body);
    redirect(ctx, 303, `/oidc/session/end?${new URLSearchParams(given)}`);
  });
  router.get('/oidc/session/end/success', forPeople, answer);
  router.post('/oidc/session/end/confirm', answer);

  // Programs.
  const metadata = ['/oidc/.well-known/openid-configuration', '/oidc/jwks'];
  for (const path of metadata) router.get(path, asJson, answer);
  for (const path of [...metadata, '/oidc/token', '/oidc/request', '/oidc/me'])
    router.options(path, asJson, answer);
  // Where RFC 8414 looks for an issuer that has a path.
  router.get(
    '/.well-known/oauth-authorization-server/oidc',
    asJson,
    answerAs('/.well-known/oauth-authorization-server'),
  );
  router.post('/oidc/token', asJson, answer);
  router.post('/oidc/request', asJson, answer);
  router.get('/oidc/me', asJson, answer);
  router.post('/oidc/me', asJson, answer);

  router.all(['/oidc/token', '/oidc/request', '/oidc/session/end/confirm'], asJson, allowOnly('POST'));
  router.all(['/oidc/auth', ...metadata], asJson, allowOnly('GET', 'HEAD'));
  router.all(['/oidc/me', '/oidc/session/end'], asJson, allowOnly('GET', 'HEAD', 'POST'));
  router.all('/oidc{/*rest}', asJson, () => {
    throw nothingHere();
  });
  return router;
}

/** Names an interaction of the library; what cannot is not looked for. */
function uidOf(ctx: RouterContext): string {
  const uid = ctx.params['uid'] ?? '';
  if (!uidPattern.test(uid)) throw nothingHere();
  return uid;
}

const nothingHere = () => new Problem(404, 'not_found', 'There is nothing at this address.');
