import type { Goal } from '#models/login/goal.ts';
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
  /** Absent or '': its end is a ticket. */
  readonly goal?: Goal | '' | undefined;
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
export type RefusedLogin = LoginWish & {
  readonly isRefused: boolean;
  readonly entId: string;
  readonly appid: string;
  /** ms of Redis's clock. */
  readonly begunAt: number;
};

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
  /** The job that this login's code shares with others; undefined where it has one of its own. */
  readonly job?: string | undefined;
  /** `scan`: of a desktop that a phone let in. */
  readonly via?: 'scan' | undefined;
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
    const reply = await store.run('record-code', id, {
      mode,
      asking: browser,
      digest: code.digest,
      sealed: code.sealed,
      codeMs: codeLifetimeMs,
      recordMs: recordLifetimeMs,
      mostOfRound: codesPerRound,
      mostOfLogin: codesPerLogin,
      mostRefusedOfLogin: refusedCodesPerLogin,
      mostRefusedOfBrowser: refusedCodesPerBrowser,
      confirmedDies: code.diesAt,
      longestMs: longestLoginMs,
      channel: settledChannel(store.prefix),
      id,
    });
    const recorded = reply as RecordedCode;
    return recorded.verb === 'unknown' ? unknownLogin : { ...recorded, diesAt: Number(recorded.diesAt) };
  }

  return {
    /** Begins a login; answers its id. One round trip. */
    async open(login: NewLogin): Promise<string> {
      const shard = shardOfAccount(login.appid, shards);
      const id = shard.toString(16).padStart(2, '0') + randomBytes(16).toString('hex');
      const { entId, appid, target, lang, scope, browser, restarts } = login;
      const { hostState = '', challenge = '', enterprise = '', goal = '' } = login;
      const begun = {
        entId,
        appid,
        target,
        lang,
        scope,
        browser,
        restarts,
        hostState,
        challenge,
        enterprise,
        goal,
      };
      await store.run('open', id, { ...begun, lifetimeMs: openLifetimeMs });
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

    /** The login's code `n` shares this job with others. */
    async noteJob(id: string, n: number, job: string): Promise<void> {
      await store.run('note-job', id, { n, job });
    },

    /** WeChat came back without a code. Undefined when this browser has no such login. */
    async refuse(id: string, browser: string): Promise<RefusedLogin | undefined> {
      const reply = (await store.run('refuse', id, { asking: browser })) as Refusal | null;
      return reply === null ? undefined : { ...reply, isRefused: reply.isRefused === 1 };
    },

    /** The page was told that the time of the login, or of its last code, is over. True the first time. */
    async noteExpired(id: string, codes: number): Promise<boolean> {
      return (await store.run('note-expired', id, { codes })) === 1;
    },

    async read(id: string): Promise<LoginRecord | undefined> {
      const reply = (await store.run('read', id)) as Fields | null;
      return reply === null ? undefined : toRecord(id, reply);
    },
  };
}

const unknownLogin: RecordedCode = {
  verb: 'unknown',
  n: 0,
  stage: '',
  diesAt: 0,
  now: 0,
  restarts: 0,
  entId: '',
  appid: '',
  target: '',
  lang: '',
  hostState: '',
  challenge: '',
  goal: '',
};
type Refusal = Omit<RefusedLogin, 'isRefused'> & { readonly isRefused: 0 | 1 };
/** A record's fields as Redis has them: texts, and null for what is not there. */
type Fields = { readonly [name: string]: string | number | null };

function toRecord(id: string, fields: Fields): LoginRecord {
  const text = (name: string) => String(fields[name] ?? '');
  const optional = (name: string) => text(name) || undefined;
  const optionalNumber = (name: string) => (fields[name] == null ? undefined : Number(fields[name]));
  return {
    id,
    browser: text('browser'),
    status: text('status') as LoginStatus,
    stage: text('stage') as LoginRecord['stage'],
    reason: optional('reason') as FailureReason | undefined,
    outcome: optional('outcome'),
    scope: text('scope') as Scope,
    entId: text('entId'),
    appid: text('appid'),
    target: text('target'),
    lang: text('lang'),
    begunAt: Number(fields['begunAt']),
    recordedAt: optionalNumber('recordedAt'),
    codes: Number(fields['codes']),
    rounds: Number(fields['rounds']),
    ticket: optional('ticket'),
    ticketDiesAt: Number(fields['ticketDiesAt'] ?? 0),
    // With a goal that field says only that there is no ticket.
    isRedeemed: fields['redeemed'] != null && text('goal') === '',
    hostState: text('hostState'),
    challenge: text('challenge'),
    goal: text('goal') as Goal | '',
    isUnbound: fields['unbound'] != null,
    now: Number(fields['now']),
    codeDiesAt: optionalNumber('codeDiesAt'),
    job: optional('job'),
    via: optional('via') as LoginRecord['via'],
  };
}
