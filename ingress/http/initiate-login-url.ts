/**
 * The host's own page that begins a login (OpenID Connect Core, section 4): it makes a `state` in its own session, and comes
 * back with it.
 */
export function initiateLoginUrl(
  uri: string,
  begun: { publicUrl: string; entId: string; target: string; lang: string | undefined },
): string {
  const url = new URL(uri);
  url.searchParams.append('iss', `${begun.publicUrl}/oidc`);
  url.searchParams.append('ent_id', begun.entId);
  if (begun.target !== '') url.searchParams.append('target_link_uri', begun.target);
  if (begun.lang !== undefined) url.searchParams.append('lang', begun.lang);
  return url.href;
}
