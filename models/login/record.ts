import { settledChannel } from '#models/login/settled-channel.ts';
import type { FailureReason, LoginStatus, Scope } from '#models/login/status.ts';
import {
  type LoginStore,
  longestLoginMs,
  openLifetimeMs,
  recordLifetimeMs,
  shardOfAccount,
} from '#models/login/store.ts';
import { randomBytes } from '#models/random-bytes.ts';

/** Codes one login takes between two authorisations: WeChat may call back twice, each time with another code. */
export const codesPerRound = 3;
/** Far more than a patient person brings. Every code stays known to its record, so there must be an end to them. */
export const codesPerLogin = 30;
/**
 * Codes of a login that WeChat refused: the first, and two that its page fetched by itself. The one that the person's tap
 * then fetches is taken, whatever becomes of it; none after that.
 */
export const refusedCodesPerLogin = 3;
/** The same of one browser in ten minutes, over all its logins. */
export const refusedCodesPerBrowser = 10;

/** What the link that begins a login says; '' for what it does not. */
export type LoginWish = {
  readonly target: string;
  readonly lang: string;
  /** The host's own value, handed back to it with the ticket: it tells that the same browser came back. */
  readonly hostState?: string | undefined;
  /** SHA-256 of a verifier that only the host's session of that browser knows (RFC 7636): the ticket works with it only. */
  readonly challenge?: string | undefined;
};

export type NewLogin = LoginWish & {
  readonly entId: string;
  readonly appid: string;
  readonly scope: Scope;
  /** Digest of the browser's cookie. */
  readonly browser: string;
  /** Which enterprise of this ent_id it is for (documentIdOf): one that is made anew gets none of a former one's logins. */
  readonly enterprise?: string;
  /** How often this login was begun anew because its browser lost the cookie. */
  readonly restarts: number;
};

/** What became of a code: `repeated`, `finished` and `full` record nothing. `foreign`: another browser began this login. */
export type RecordedCode = LoginWish & {
  readonly verb: 'recorded' | 'repeated' | 'finished' | 'full' | 'foreign' | 'unknown';
  /** Which code of the login it is; for `foreign`: 1 when its person may be asked, else 0. */
  readonly n: number;
  readonly stage: string;
  readonly diesAt: number;
  readonly now: number;
  readonly restarts: number;
  readonly entId: string;
  readonly appid: string;
};

/** Where a refused login began. */
export type RefusedLogin = LoginWish & { readonly isRefused: boolean; readonly entId: string };

/** A login as its record has it; times in ms of Redis's clock. `outcome` is sealed. */
export type LoginRecord = LoginWish & {
  readonly id: string;
  readonly browser: string;
  readonly status: LoginStatus;
  readonly stage: 'open' | 'recorded' | 'exchanging' | 'exchanged' | 'settled';
  readonly reason: FailureReason | undefined;
  readonly outcome: string | undefined;
  readonly scope: Scope;
  readonly entId: string;
  readonly appid: string;
  readonly begunAt: number;
  readonly recordedAt: number | undefined;
  readonly codes: number;
  /** Rounds lost so far; each ended in `reauthorize`. */
  readonly rounds: number;
  readonly ticket: string | undefined;
  readonly ticketDiesAt: number;
  readonly isRedeemed: boolean;
  /** The host unbound its person since: its ticket is worth nothing. */
  readonly isUnbound: boolean;
  readonly now: number;
  readonly codeDiesAt: number | undefined;
};

export type LoginRecords = ReturnType<typeof createLoginRecords>;

/** The browser's moves of a login. */
export function createLoginRecords(
  store: LoginStore,
  { shards, codeLifetimeMs }: { shards: number; codeLifetimeMs: number },
) {
  async function record(
    id: string,
    mode: 'callback' | 'confirm',
    browser: string,
    code: { digest: string; sealed: string; diesAt: number },
  ) {
    const reply = await store.run(
      'record-code',
      id,
      mode,
      browser,
      code.digest,
      code.sealed,
      codeLifetimeMs,
      recordLifetimeMs,
      codesPerRound,
      codesPerLogin,
      refusedCodesPerLogin,
      refusedCodesPerBrowser,
      code.diesAt,
      longestLoginMs,
      settledChannel(store.prefix),
      id,
    );
    const [
      verb,
      n = 0,
      stage = '',
      diesAt = 0,
      now = 0,
      restarts = 0,
      entId = '',
      appid = '',
      target = '',
      lang = '',
      hostState = '',
      challenge = '',
    ] = reply as unknown as [
      RecordedCode['verb'],
      number,
      string,
      number | string,
      number,
      number,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    return {
      verb,
      n,
      stage,
      diesAt: Number(diesAt),
      now,
      restarts,
      entId,
      appid,
      target,
      lang,
      hostState,
      challenge,
    } satisfies RecordedCode;
  }

  return {
    /** Begins a login; answers its id. One round trip. */
    async open(login: NewLogin): Promise<string> {
      const shard = shardOfAccount(login.appid, shards);
      const id = shard.toString(16).padStart(2, '0') + randomBytes(16).toString('hex');
      await store.run(
        'open',
        id,
        openLifetimeMs,
        'ent_id',
        login.entId,
        'appid',
        login.appid,
        'target',
        login.target,
        'lang',
        login.lang,
        'scope',
        login.scope,
        'browser',
        login.browser,
        'restarts',
        login.restarts,
        // Most hosts give neither: absent, they cost the record nothing.
        ...(login.hostState ? ['host_state', login.hostState] : []),
        ...(login.challenge ? ['challenge', login.challenge] : []),
        ...(login.enterprise ? ['enterprise', login.enterprise] : []),
      );
      return id;
    },

    recordCode: (id: string, browser: string, digest: string, sealed: string) =>
      record(id, 'callback', browser, { digest, sealed, diesAt: 0 }),

    /** The person confirmed, in this browser, the code that it brought: the login is this browser's from now on. */
    confirmCode: (id: string, browser: string, code: { digest: string; sealed: string; diesAt: number }) =>
      record(id, 'confirm', browser, code),

    /** The same of a code that release 0.1.0 put into the record when it asked; the page of that release names it only. */
    confirmHeldCode: (id: string, browser: string, digest: string) =>
      record(id, 'confirm', browser, { digest, sealed: '', diesAt: 0 }),

    /** WeChat came back without a code. Undefined when this browser has no such login. */
    async refuse(id: string, browser: string): Promise<RefusedLogin | undefined> {
      const reply = await store.run('refuse', id, browser);
      if (!Array.isArray(reply)) return undefined;
      const [isRefused, entId, target, lang, hostState, challenge] = reply as [
        number,
        string,
        string,
        string,
        string,
        string,
      ];
      return { isRefused: isRefused === 1, entId, target, lang, hostState, challenge };
    },

    /** The page was told that the time of the login, or of its last code, is over. True the first time. */
    async noteExpired(id: string, codes: number): Promise<boolean> {
      return (await store.run('note-expired', id, codes)) === 1;
    },

    async read(id: string): Promise<LoginRecord | undefined> {
      const reply = await store.run('read', id);
      return Array.isArray(reply) ? toRecord(id, reply as (string | number | null)[]) : undefined;
    },
  };
}

function toRecord(id: string, reply: (string | number | null)[]): LoginRecord {
  const text = (index: number) => (reply[index] ?? undefined) as string | undefined;
  const optionalNumber = (index: number) => (reply[index] == null ? undefined : Number(reply[index]));
  return {
    id,
    browser: text(0) ?? '',
    status: text(1) as LoginStatus,
    stage: text(2) as LoginRecord['stage'],
    reason: (text(3) || undefined) as FailureReason | undefined,
    outcome: text(4) || undefined,
    scope: text(5) as Scope,
    entId: text(6) ?? '',
    appid: text(7) ?? '',
    target: text(8) ?? '',
    lang: text(9) ?? '',
    begunAt: Number(reply[10]),
    recordedAt: optionalNumber(11),
    codes: Number(reply[12]),
    rounds: Number(reply[13]),
    ticket: text(14) || undefined,
    ticketDiesAt: Number(reply[15] ?? 0),
    isRedeemed: reply[16] != null,
    hostState: text(17) ?? '',
    challenge: text(18) ?? '',
    isUnbound: reply[19] != null,
    now: Number(reply[20]),
    codeDiesAt: optionalNumber(21),
  };
}
