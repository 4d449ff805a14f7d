import type { LoginWish } from '#models/login/record.ts';

/** The link that begins a login, with all that a link said before; '' and undefined are left out. */
export function startPath({
  entId,
  target,
  lang,
  hostState,
  challenge,
}: { readonly entId: string } & { readonly [name in keyof LoginWish]?: string | undefined }): string {
  const query = new URLSearchParams({ ent_id: entId });
  if (target) query.append('target', target);
  if (lang) query.append('lang', lang);
  if (hostState) query.append('state', hostState);
  if (challenge) {
    query.append('code_challenge', challenge);
    query.append('code_challenge_method', 'S256');
  }
  return `/wechatTransfer?${query}`;
}
