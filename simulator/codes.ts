import type { Behaviour } from './behaviour.ts';
import { randomBase62 } from './random.ts';
import { createRecentMap } from './recent-map.ts';

export type Code = {
  code: string;
  appid: string;
  person: string;
  openid: string;
  scope: string;
  snapshot: boolean;
  state: string;
  issuedAt: number;
  usedAt: number | null;
  /** Calls that named this code, whatever became of them. */
  calls: number;
};

export type CodeGrant = Omit<Code, 'code' | 'openid' | 'issuedAt' | 'usedAt' | 'calls'> & {
  openidOf: (code: string) => string;
};

/** Single-use codes with a clock, bound to their appid. */
export function createCodes({ behaviour, now }: { behaviour: Behaviour; now: () => number }) {
  const codes = createRecentMap<Code>(500_000);
  /** Five minutes; a website's lives for ten. */
  const expiryOf = ({ issuedAt, scope }: Code) =>
    issuedAt + behaviour.codeLifetimeMs * (scope === 'snsapi_login' ? 2 : 1);
  const isExpired = (code: Code) => now() >= expiryOf(code);

  return {
    /** 32 characters [0-9A-Za-z], the first `0`, as seen in the wild; the length is documented nowhere. */
    mint({ openidOf, ...grant }: CodeGrant): Code {
      const code = `0${randomBase62(31)}`;
      const minted = { code, ...grant, openid: openidOf(code), issuedAt: now(), usedAt: null, calls: 0 };
      codes.set(code, minted);
      return minted;
    },
    find: (code: string): Code | undefined => codes.get(code),
    /** Consumes the code. 40029: unknown, another account's or expired; 40163: used within its lifetime. */
    redeem(code: string, appid: string): Code | 40029 | 40163 {
      const found = codes.get(code);
      if (!found || found.appid !== appid || isExpired(found)) return 40029;
      if (found.usedAt !== null) return 40163;
      found.usedAt = now();
      return found;
    },
    /** What the control API tells about a code. */
    describe(code: string) {
      const found = codes.get(code);
      return found && { ...found, expiresAt: expiryOf(found) };
    },
  };
}

export type Codes = ReturnType<typeof createCodes>;
