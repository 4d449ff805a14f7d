import { readDocument } from '#test/support/documents.ts';

/** The rights that docs/stores.md lists for a user of Redis, for another prefix; as arguments of ACL SETUSER after the password. */
export async function redisRights(prefix: string): Promise<string[]> {
  const text = (await readDocument('docs/stores.md')).replaceAll(/ \\\n */g, ' ');
  const [, rules = ''] = /^redis-cli ACL SETUSER wechat on '>[^']*' (.+)$/m.exec(text) ?? [];
  return rules.replaceAll("'", '').replaceAll('wechat', prefix).split(' ');
}
