import { isIP } from 'node:net';
import { z } from 'zod';

const refusal = z.object({ errmsg: z.string() });

/**
 * wechat: 40164 says "invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist". The address that WeChat saw us call from, which is
 * the one to add to the account's IP list; nothing else of the text. Undefined for any other answer.
 */
export function seenAddress(errcode: number, json: unknown): string | undefined {
  if (errcode !== 40_164) return undefined;
  const said = refusal.safeParse(json).data?.errmsg ?? '';
  const [, address = ''] = /^invalid ip ([\da-f.:]{2,45})[ ,]/i.exec(said) ?? [];
  return isIP(address) === 0 ? undefined : address;
}
