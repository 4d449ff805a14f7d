/** The link that begins a login, as far as the parts are known. */
export function startPath({
  entId,
  target,
  lang,
}: {
  entId: string;
  target?: string;
  lang?: string | undefined;
}): string {
  const query = new URLSearchParams({ ent_id: entId });
  if (target) query.append('target', target);
  if (lang) query.append('lang', lang);
  return `/wechatTransfer?${query}`;
}
