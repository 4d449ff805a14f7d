import type { Configuration } from 'oidc-provider';

/**
 * The session's cookie is for this host alone. The two of an interaction are for its addresses only, so they cannot have the
 * stricter prefix, which wants the path `/` (RFC 6265bis).
 */
export function cookiesOf({ publicUrl, cookieKeys }: { publicUrl: string; cookieKeys: readonly string[] }) {
  const isSecure = publicUrl.startsWith('https:');
  const [host, secure] = isSecure ? ['__Host-', '__Secure-'] : ['', ''];
  const attributes = { httpOnly: true, sameSite: 'lax', secure: isSecure, signed: true } as const;
  return {
    names: {
      session: `${host}oidc-session`,
      interaction: `${secure}oidc-interaction`,
      resume: `${secure}oidc-resume`,
    },
    long: { ...attributes, path: '/' },
    short: attributes,
    keys: [...cookieKeys],
  } satisfies Configuration['cookies'];
}
