import type { Context } from 'koa';
import type { Provider } from 'oidc-provider';
import { orStoreAway } from '#ingress/oidc/or-unavailable.ts';

export type Interaction = InstanceType<Provider['Interaction']>;

/** What the library keeps between a client's request and the login: the row of `uid`, for the browser that has its cookie only. */
export async function ownInteraction(
  ctx: Context,
  provider: Provider,
  uid: string,
): Promise<Interaction | undefined> {
  const { cookies } = provider.createContext(ctx.req, ctx.res);
  if (cookies.get(provider.cookieName('interaction')) !== uid) return undefined;
  return orStoreAway(provider.Interaction.find(uid));
}
