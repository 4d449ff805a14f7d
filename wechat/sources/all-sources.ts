import type { LoginSource } from '#wechat/sources/login-source.ts';
import { serviceAccount } from '#wechat/sources/service-account.ts';

/** Every way to log in, by the name that an account's `source` gives it. */
const sources = { 'service-account': serviceAccount } as const satisfies Record<string, LoginSource>;

export type SourceName = keyof typeof sources;
export const sourceNames = Object.keys(sources) as [SourceName, ...SourceName[]];

/** Of an account; one without a `source`, or with one of a later release, is a service account. */
export function sourceOf(account: { readonly source?: string | undefined } | undefined): LoginSource {
  const name = account?.source ?? 'service-account';
  return Object.hasOwn(sources, name) ? sources[name as SourceName] : serviceAccount;
}
