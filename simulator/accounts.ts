import { z } from 'zod';

export const scopes = ['snsapi_base', 'snsapi_userinfo'] as const;

export const appidSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

export const accountSchema = z.strictObject({
  secret: z.string().min(1).max(128),
  name: z.string().min(1).max(64).default('示例服务号'),
  /**
   * 网页授权域名: `host`, `host:port` or `host/path`; `*` = any. WeChat itself allows no port; machines of developers need one.
   * An entry without a port covers the scheme's default port only.
   */
  domains: z.array(z.string().min(1).max(256)).default(['*']),
  scopes: z.array(z.enum(scopes)).default([...scopes]),
  /** Bound to an open platform: unionids are given out. Accounts with the same name here share them. */
  openPlatform: z.union([z.boolean(), z.string().min(1).max(64)]).default(false),
  /** The appid of a website application is not for this flow: page 10016. */
  kind: z.enum(['service', 'website']).default('service'),
  /** Always show this page: banned, test account not followed, too frequent, third-party platform not authorised. */
  pageError: z.literal([10004, 10006, 10009, 10015]).optional(),
  /** Where a login at the program that uses the account begins: the panel leads there. */
  link: z.url({ protocol: /^https?$/ }).optional(),
  /** Instead of the behaviour's `minuteQuota`. */
  minuteQuota: z.int().min(0).nullable().optional(),
});

export type AccountInput = z.input<typeof accountSchema>;
export type Account = z.output<typeof accountSchema> & { appid: string };

export function createAccounts() {
  const accounts = new Map<string, Account>();
  return {
    put(appid: string, input: AccountInput): Account {
      const account = { ...accountSchema.parse(input), appid: appidSchema.parse(appid) };
      accounts.set(appid, account);
      return account;
    },
    find: (appid: string): Account | undefined => accounts.get(appid),
    remove: (appid: string): boolean => accounts.delete(appid),
    list: (): Account[] => [...accounts.values()],
  };
}

export type Accounts = ReturnType<typeof createAccounts>;

/** WeChat compares the whole host: `www.qq.com` does not cover `qq.com` or `pay.qq.com`. */
export function coversRedirect(domains: readonly string[], redirect: URL): boolean {
  return domains.some((domain) => {
    if (domain === '*') return true;
    const slash = domain.indexOf('/');
    const host = slash < 0 ? domain : domain.slice(0, slash);
    if (host.toLowerCase() !== redirect.host) return false;
    const path = slash < 0 ? '/' : domain.slice(slash);
    return redirect.pathname === path || redirect.pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
  });
}
