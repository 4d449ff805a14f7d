import type { ExecutionContext } from 'ava';
import type { EnterpriseDocument } from '#models/documents/enterprise.ts';
import { secretPlace } from '#models/documents/service-account.ts';
import { createExchangeLedger } from '#models/login/ledger.ts';
import type { NewLogin } from '#models/login/record.ts';
import { digest } from '#operations/digest.ts';
import { acme } from '#test/models/acme.ts';
import { leastUsefulMs, newLogin, withLogins } from '#test/models/login/with-logins.ts';
import type { Token } from '#wechat/api/replies.ts';
import type { Standing } from '#workers/account/hold-back-calls.ts';
import type { BindingRequest, BoundPerson } from '#workers/bindings/binding-writer.ts';
import { createExchangeCode, type ExchangeDeps } from '#workers/exchange/exchange-code.ts';

export const token: Token = {
  accessToken: 'access-canary',
  refreshToken: 'refresh-canary',
  openid: 'o-canary',
  unionid: undefined,
  isSnapshot: false,
  isBase: false,
};
export const profile = { nickname: '小明', avatarUrl: 'https://thirdwx.qlogo.cn/a/46', unionid: 'oUnion' };
export const person: BoundPerson = { userId: 'u_1', nickname: '小明', avatarUrl: '', created: true };

/** One after another; the last one for ever. An error is thrown. */
function answers<T>(list: readonly (T | Error)[]): () => Promise<T> {
  let at = 0;
  return async () => {
    const answer = list[Math.min(at, list.length - 1)];
    at += 1;
    if (answer instanceof Error) throw answer;
    return answer as T;
  };
}

export type World = {
  tokens?: (Token | Error)[];
  profiles?: (typeof profile | Error)[];
  persons?: (BoundPerson | undefined | Error)[];
  enterprises?: (EnterpriseDocument | undefined | Error)[];
  unbound?: EnterpriseDocument['unbound'];
  /** Undefined: WeChat's account is not known here. */
  sealedSecret?: string | undefined;
  accounts?: Error[];
  /** What a call meets when it is to be paid for. */
  standings?: (Standing | Error)[];
  /** What is known before a code is claimed. */
  looks?: (Standing | Error)[];
  /** What is known of the account when a code has died. */
  lastKnown?: Standing;
  isDying?: boolean;
  /** In place of the gate's own call. */
  gateThrows?: Error;
  claimWindowMs?: number;
  /** What happens elsewhere while the binding is written. */
  beforeBinding?: () => Promise<void>;
  /** What happens elsewhere while WeChat is asked. */
  beforeToken?: () => Promise<void>;
};

/** The exchange of one login on a real ledger, in a world that answers as the test says, and what it asked of it. */
export function withExchange(t: Pick<ExecutionContext, 'teardown'>, world: World = {}) {
  const logins = withLogins(t);
  const { store, sealer, records } = logins;
  const ledger = createExchangeLedger(store, { claimWindowMs: world.claimWindowMs ?? 60_000, leastUsefulMs });
  const asked: string[] = [];
  const paid: string[] = [];
  const written: BindingRequest[] = [];
  const sent: { code: string; secret: string; timeLeftMs: number }[] = [];

  const nextToken = answers(world.tokens ?? [token]);
  const nextProfile = answers(world.profiles ?? [profile]);
  const nextPerson = answers(world.persons ?? [person]);
  const nextEnterprise = answers(world.enterprises ?? [{ ...acme, unbound: world.unbound ?? 'create' }]);
  const nextStanding = answers<Standing>(world.standings ?? ['open']);
  const looks = [...(world.looks ?? [])];
  const sealedSecret =
    'sealedSecret' in world ? world.sealedSecret : sealer.seal('secret-canary', secretPlace(newLogin.appid));
  const nextAccount = answers([
    ...(world.accounts ?? []),
    sealedSecret && { appid: newLogin.appid, name: 'An account', sealedSecret, verifyFiles: [] },
  ]);

  const deps = {
    ledger,
    sealer,
    directory: { findEnterprise: nextEnterprise, findAccount: nextAccount },
    wechat: {
      async fetchToken(given: (typeof sent)[number]) {
        asked.push('token');
        sent.push(given);
        await world.beforeToken?.();
        return nextToken();
      },
      fetchUserinfo() {
        asked.push('userinfo');
        return nextProfile();
      },
      refreshToken() {
        asked.push('refresh');
        return nextToken();
      },
    },
    gate: {
      look() {
        const standing = looks.shift() ?? 'open';
        if (standing instanceof Error) throw standing;
        return standing;
      },
      lastKnown: () => world.lastKnown ?? 'open',
      enter() {
        paid.push('call');
        return nextStanding();
      },
      async exchange(_caller: unknown, isSecond: boolean, call: () => Promise<Token>) {
        asked.push(isSecond ? 'second' : 'first');
        if (world.gateThrows) throw world.gateThrows;
        return call();
      },
      outOfQuota: async (_appid: string, state: string, errcode: number) =>
        void asked.push(`${state} ${errcode}`),
      slowDown: async () => void asked.push('slower'),
      misconfigured: (_appid: string, errcode: number) => void asked.push(`misconfigured ${errcode}`),
    },
    count() {},
    bindings: {
      look: () => undefined,
      async write(request: BindingRequest) {
        asked.push('binding');
        written.push(request);
        await world.beforeBinding?.();
        return nextPerson();
      },
    },
  };
  const exchangeCode = createExchangeCode({
    ...deps,
    isDying: () => world.isDying === true,
  } as unknown as ExchangeDeps);

  /** A login of this one code, or of several, and the job of the first. */
  async function recorded(some: Partial<NewLogin> = {}, codes = ['code-canary']) {
    const id = await logins.open(some);
    for (const code of codes) {
      await records.recordCode(id, newLogin.browser, digest(code), sealer.seal(code, `login:${id}:code`));
    }
    return { login: id, n: 1, entId: newLogin.entId, appid: newLogin.appid, recordedAt: 0, diesAt: 0 };
  }

  return { ...logins, ledger, exchangeCode, recorded, asked, paid, sent, written };
}
