import { randomInt } from 'node:crypto';
import { defineScript, readScript } from '#connections/lua-script.ts';
import type { NewScan, Scan, ScanState, Who } from '#models/login/scan.ts';
import { createScanCode, isScanCode, shardOfScanCode } from '#models/login/scan-code.ts';
import { settledChannel } from '#models/login/settled-channel.ts';
import { isLoginId, type LoginStore, shardOf, shardOfAccount } from '#models/login/store.ts';
import {
  bindTicketLifetimeMs,
  createTicket,
  type Identity,
  sealOutcome,
  ticketLifetimeMs,
} from '#models/login/ticket.ts';
import { randomBytes } from '#models/random-bytes.ts';
import type { Sealer } from '#models/sealing.ts';
import { digest } from '#operations/digest.ts';

export type Scans = ReturnType<typeof createScans>;
type Verb<More extends string> = ScanState | 'gone' | 'unknown' | 'unbound' | More;
/** Whose WeChat stands behind a phone's login, sealed there. */
export type Identified = { readonly status: 'ready' | 'bind'; readonly identity: Identity };

/** Scans in Redis, changed only by scripts/scan/. Each method is one command, safe to send twice, and throws what Redis throws. */
export function createScans(options: { store: LoginStore; shards: number; sealer: Sealer }) {
  const { store, shards, sealer } = options;
  const { redis, prefix, clockOffsetMs } = store;
  const channel = settledChannel(prefix);
  const scripts = defineScripts(store);
  const placeOf = (shard: number) => `{${prefix}:${shard}}:`;
  const keyOf = (id: string) => `${placeOf(shardOf(id))}scan:${id}`;
  const loginKeyOf = (id: string) => `${placeOf(shardOf(id))}login:${id}`;
  const qrKeyOf = (shard: number, code: string) => `${placeOf(shard)}qr:${digest(code)}`;
  const newId = (shard: number) => shard.toString(16).padStart(2, '0') + randomBytes(16).toString('hex');
  const offset = () => clockOffsetMs();

  function newCode(id: string) {
    const code = createScanCode(shardOf(id), shards);
    return { code, key: qrKeyOf(shardOf(id), code), sealed: sealer.seal(code, `scan:${id}:code`, null) };
  }

  /** A login of the desktop's own, for the script that lets it in. */
  function desktopLogin({ id, browser }: Scan, { status, identity }: Identified) {
    const endedId = newId(shardOf(id));
    const ticket = createTicket(endedId);
    const outcome = sealOutcome(sealer, { loginId: endedId, browser }, { ...identity, via: 'scan', ticket });
    const ticketMs = status === 'bind' ? bindTicketLifetimeMs : ticketLifetimeMs;
    return { ended: loginKeyOf(endedId), given: { endedId, outcome, ticket: digest(ticket), ticketMs } };
  }

  return {
    /** Answers the new scan's id and the code of its QR. */
    async open({ known, ...wish }: NewScan): Promise<{ id: string; code: string }> {
      const id = newId(shardOfAccount(wish.appid, shards));
      const { code, key, sealed } = newCode(id);
      const given = { ...wish, id, known: known.join(' '), code: sealed, qr: digest(code), offset: offset() };
      await scripts.open({ scan: keyOf(id), key }, given);
      return { id, code };
    },

    /** The scan whose QR code this is; undefined for one that is made up, or past its time. */
    async find(code: string): Promise<Scan | undefined> {
      if (!isScanCode(code)) return undefined;
      const id = await redis.get(qrKeyOf(shardOfScanCode(code, shards), code));
      return id === null ? undefined : read(id);
    },

    read,

    /** Shows a new code in the place of the one that was read here, if its minute is over. */
    async renew({ id, qr: from }: Scan): Promise<Scan | undefined> {
      const { code, key, sealed } = newCode(id);
      const given = { id, from, code: sealed, qr: digest(code), offset: offset() };
      await scripts.renew({ scan: keyOf(id), key }, given);
      return read(id);
    },

    /** For a phone's login that WeChat has identified. `login`: the one that this phone has taken it with. */
    async take(id: string, loginId: string, phone: string) {
      if (!isLoginId(id) || shardOf(id) !== shardOf(loginId)) return { verb: 'gone', login: '' } as const;
      const given = { id, loginId, phone, channel, offset: offset() };
      const keys = { scan: keyOf(id), key: loginKeyOf(loginId) };
      return (await scripts.take(keys, given)) as { verb: Verb<'taken' | 'full'>; login: string };
    },

    /** `isKnown`: the desktop is let in at once. Else the answer has the digits that the phone shows. */
    async decide(
      scan: Scan,
      phone: { loginId: string; browser: string },
      word: { decision: 'allow' | 'deny'; isKnown: boolean; identified: Identified },
    ): Promise<{ verb: Verb<never>; digits: string; isNew: boolean }> {
      const { decision, isKnown, identified } = word;
      const { nickname, avatarUrl } = identified.identity;
      const { ended, given } = desktopLogin(scan, identified);
      const keys = { scan: keyOf(scan.id), login: loginKeyOf(phone.loginId), ended };
      const reply = await scripts.decide(keys, {
        id: scan.id,
        loginId: phone.loginId,
        phone: phone.browser,
        decision,
        digits: isKnown ? '' : String(randomInt(1_000)).padStart(3, '0'),
        who: sealer.seal(JSON.stringify({ nickname, avatarUrl } satisfies Who), `scan:${scan.id}:who`, null),
        ...given,
        channel,
        offset: offset(),
      });
      const { verb, digits, isNew } = reply as { verb: Verb<never>; digits: string; isNew: 0 | 1 };
      return { verb, digits, isNew: isNew === 1 };
    },

    /** What a desktop typed. */
    async match(scan: Scan, browser: string, digits: string, identified: Identified) {
      const { ended, given } = desktopLogin(scan, identified);
      const keys = { scan: keyOf(scan.id), login: loginKeyOf(scan.login), ended };
      const reply = await scripts.match(keys, {
        id: scan.id,
        browser,
        digits,
        ...given,
        channel,
        offset: offset(),
      });
      return reply as {
        verb: 'ended' | 'wrong' | 'late' | 'unknown' | 'unbound' | 'gone';
        triesLeft: number;
      };
    },

    /** The desktop's person will not be logged in by this scan, nor stay so. */
    async cancel({ id }: Scan, browser: string): Promise<void> {
      await scripts.cancel({ scan: keyOf(id) }, { id, browser, channel, offset: offset() });
    },
  };

  async function read(id: string): Promise<Scan | undefined> {
    if (!isLoginId(id)) return undefined;
    const reply = (await scripts.read({ scan: keyOf(id) }, { offset: offset() })) as Reply | null;
    if (reply === null) return undefined;
    const { known, code, who, dueInMs, ...scan } = reply;
    return {
      ...scan,
      id,
      known: known === '' ? [] : known.split(' '),
      code: sealer.open(code, `scan:${id}:code`, null),
      who: who === '' ? undefined : (JSON.parse(sealer.open(who, `scan:${id}:who`, null)) as Who),
      dueInMs: dueInMs < 0 ? undefined : dueInMs,
    };
  }
}

type Reply = Omit<Scan, 'id' | 'known' | 'who' | 'dueInMs'> & {
  readonly known: string;
  readonly who: string;
  readonly dueInMs: number;
};

function defineScripts({ redis }: LoginStore) {
  const fileOf = (name: string) => new URL(`scripts/${name}.lua`, import.meta.url);
  const before = readScript(fileOf('scan/entry')).text.replace(
    '--[[ unbound since ]]',
    () => readScript(fileOf('unbound-since')).text,
  );
  const define = (name: string) =>
    defineScript(redis, `scan:${name}`, readScript(fileOf(`scan/${name}`)), before);
  return {
    open: define('open'),
    read: define('read'),
    renew: define('renew'),
    take: define('take'),
    decide: define('decide'),
    match: define('match'),
    cancel: define('cancel'),
  };
}
