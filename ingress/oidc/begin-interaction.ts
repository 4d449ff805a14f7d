import type { Context } from 'koa';
import { Problem } from '#ingress/http/problem.ts';
import type { CurrentProvider } from '#ingress/oidc/current-provider.ts';
import type { OidcDirectory } from '#ingress/oidc/find-account.ts';
import type { LoginWithin } from '#ingress/oidc/login-within.ts';
import type { LostInteraction } from '#ingress/oidc/lost-interaction.ts';
import { ownInteraction } from '#ingress/oidc/own-interaction.ts';
import { languageWanted } from '#ingress/oidc/provider-pages.ts';

/** GET /oidc/interaction/{uid}: begins the login that a client asked for, by the way that every login goes. */
export function createBeginInteraction(deps: {
  currentProvider: CurrentProvider;
  directory: OidcDirectory;
  login: LoginWithin;
  lost: LostInteraction;
}) {
  const { currentProvider, directory, login, lost } = deps;

  return async function beginInteraction(ctx: Context, uid: string): Promise<void> {
    const { provider } = await currentProvider();
    const interaction = await ownInteraction(ctx, provider, uid);
    if (interaction === undefined) return lost(ctx, uid);
    const { client_id: clientId, ent_id: entId, ui_locales: uiLocales } = interaction.params;
    const client = await directory.findClient(String(clientId));
    const isServed = client?.entIds.includes(String(entId));
    const enterprise = isServed ? await directory.findEnterprise(String(entId)) : undefined;
    if (enterprise === undefined)
      throw new Problem(404, 'not_found', 'The client has no such enterprise any more.');
    await login.begin(ctx, enterprise, {
      lang: languageWanted(ctx, uiLocales),
      goal: `oidc:${uid}`,
      here: `/oidc/interaction/${uid}`,
    });
  };
}
