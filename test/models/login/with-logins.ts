import { randomBytes } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import type { BindingModel } from '#models/documents/binding.ts';
import { createExchangeLedger, type Settlement } from '#models/login/ledger.ts';
import { createLoginRecords, type NewLogin } from '#models/login/record.ts';
import { createLoginStore } from '#models/login/store.ts';
import { createTicket, createTickets, type Identity, sealOutcome } from '#models/login/ticket.ts';
import { createUnbinding, personDigest } from '#models/login/unbinding.ts';
import { createSealer } from '#models/sealing.ts';
import { digest } from '#operations/digest.ts';
import { withRedis } from '#test/support/with-redis.ts';

export const codeLifetimeMs = 300_000;
export const claimWindowMs = 5_000;
export const leastUsefulMs = 4_000;

export const newLogin: NewLogin = {
  entId: 'acme',
  appid: 'wx0123456789abcdef',
  target: '/chat/7',
  lang: 'en',
  scope: 'snsapi_userinfo',
  browser: 'digest of the browser',
  restarts: 0,
};

export const identity: Identity = {
  userId: 'u_1',
  appid: newLogin.appid,
  openid: 'o-of-somebody',
  nickname: '小明 😀',
  avatarUrl: '',
  created: true,
  authenticatedAt: '2026-01-02T03:04:05.000Z',
};

/** Login records on a real Redis, with a clock that the test can move on. */
export function withLogins(t: Pick<ExecutionContext, 'teardown'>, { shards = 1 } = {}) {
  const { url, prefix } = withRedis(t);
  const redis = new Redis(url);
  t.teardown(() => redis.disconnect());
  const clock = { offsetMs: 0 };
  const store = createLoginStore({ redis, prefix, clockOffsetMs: () => clock.offsetMs });
  const records = createLoginRecords(store, { shards, codeLifetimeMs });
  const ledger = createExchangeLedger(store, { claimWindowMs, leastUsefulMs });
  const sealer = createSealer([{ kid: 'k', key: randomBytes(32) }]);
  const tickets = createTickets(store, sealer);
  // Bindings in memory: here it is the mark in Redis that counts.
  const bindings = { deleteMany: async () => ({ deletedCount: 1 }) } as unknown as BindingModel;
  const unbinding = createUnbinding({ store, shards, bindings });

  const keyOf = (id: string) => `{${prefix}:${Number.parseInt(id.slice(0, 2), 16)}}:login:${id}`;

  const open = (some: Partial<NewLogin> = {}) => records.open({ ...newLogin, ...some });
  const record = (id: string, code = 'first', browser = newLogin.browser) =>
    records.recordCode(id, browser, digest(code), `sealed ${code}`);
  /** The person of another browser says yes to the code that it brought. */
  const confirm = (id: string, code: string, browser: string, diesAt = 2 ** 52) =>
    records.confirmCode(id, browser, { digest: digest(code), sealed: `sealed ${code}`, diesAt });
  /** A login with one code on record. */
  async function recorded(some: Partial<NewLogin> = {}): Promise<string> {
    const id = await open(some);
    await record(id);
    return id;
  }
  /** A login whose token a worker holds, under the claim `claim` of the job `job`. */
  async function exchanged(some: Partial<NewLogin> = {}): Promise<string> {
    const id = await recorded(some);
    await ledger.saveToken(id, await ledger.claim(id, 'job', 'claim'), 'job', 'sealed token');
    return id;
  }
  /** A login that ended as `ready` or `bind`, as a worker leaves it. */
  async function finished(status: 'ready' | 'bind', some: Partial<NewLogin> = {}) {
    const id = await exchanged(some);
    const ticket = createTicket(id);
    const outcome = { ...identity, userId: status === 'ready' ? identity.userId : '', ticket };
    const settlement = {
      status,
      scope: newLogin.scope,
      outcome: sealOutcome(sealer, { loginId: id, browser: newLogin.browser, ...some }, outcome),
      ticketDigest: digest(ticket),
      ticketLifetimeMs: status === 'ready' ? 60_000 : 600_000,
      person: personDigest({ entId: newLogin.entId, ...identity }),
      knownAt: (await records.read(id))?.now ?? 0,
    } satisfies Settlement;
    await ledger.settle(id, 'claim', settlement);
    return { id, ticket, outcome, settlement };
  }

  return {
    redis,
    prefix,
    clock,
    store,
    records,
    ledger,
    sealer,
    tickets,
    open,
    record,
    confirm,
    recorded,
    exchanged,
    unbinding,
    finished,
    /** Every field of the record, as Redis has it. */
    fieldsOf: (id: string) => redis.hgetall(keyOf(id)),
    lifetimeOf: (id: string) => redis.pttl(keyOf(id)),
  };
}
