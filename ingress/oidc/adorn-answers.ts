import type { KoaContextWithOIDC, Provider } from 'oidc-provider';

const formRoutes = new Set(['resume', 'end_session', 'end_session_confirm']);

/** What the library's answers lack, or have too much of. */
export function adornAnswers(provider: Provider): void {
  provider.use(async function adornAnswers(ctx, next) {
    await next();
    const { oidc } = ctx as KoaContextWithOIDC;
    const { route } = oidc;
    if (route === 'jwks') ctx.set('Cache-Control', 'public, max-age=300');
    if (route === 'discovery') Object.assign(ctx.body as object, { response_modes_supported: ['query'] });
    if (formRoutes.has(route)) await letFormsLeadToClient(ctx as KoaContextWithOIDC);
  });
}

/**
 * Browsers hold `form-action` against the redirects that follow a form, too: without the client's own addresses a logout, or a
 * login as another person, would end on a white page.
 */
async function letFormsLeadToClient(ctx: KoaContextWithOIDC): Promise<void> {
  const policy = ctx.response.get('content-security-policy');
  if (!/html/.test(ctx.type) || !policy) return;
  const { client, entities, provider } = ctx.oidc;
  const id = client?.clientId ?? entities.Interaction?.params['client_id'];
  const known = id === undefined ? undefined : await provider.Client.find(String(id));
  const uris = [...(known?.redirectUris ?? []), ...(known?.postLogoutRedirectUris ?? [])];
  const origins = [...new Set(uris.map((uri) => new URL(uri).origin))];
  ctx.set(
    'Content-Security-Policy',
    policy.replace(/form-action [^;]*/, (own) => [own, ...origins].join(' ')),
  );
}
