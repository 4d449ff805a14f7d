import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Redis } from 'ioredis';
import { createAwaitView } from '#ingress/browser/await-view.ts';
import { createFindOwnLogin } from '#ingress/browser/find-own-login.ts';
import { createHeldPolls } from '#ingress/browser/held-polls.ts';
import { createLoginViews, type LoginView } from '#ingress/browser/login-view.ts';
import { createReadStatus } from '#ingress/browser/read-status.ts';
import { Problem } from '#ingress/http/problem.ts';
import { createFreshLogins } from '#ingress/waking/fresh-logins.ts';
import type { SettledLogins } from '#ingress/waking/settled-logins.ts';
import type { BindingModel } from '#models/documents/binding.ts';
import { isBound } from '#models/documents/bindings.ts';
import { secretPlace } from '#models/documents/service-account.ts';
import { exchangeJobId } from '#models/login/job.ts';
import { createExchangeLedger } from '#models/login/ledger.ts';
import { createLoginRecords, type LoginRecord, type RecordedCode } from '#models/login/record.ts';
import { createLoginStore } from '#models/login/store.ts';
import { createTickets, openOutcome } from '#models/login/ticket.ts';
import { createUnbinding } from '#models/login/unbinding.ts';
import { createSealer } from '#models/sealing.ts';
import { digest } from '#operations/digest.ts';
import { createBindingWriter } from '#workers/bindings/binding-writer.ts';
import { createGiveUp } from '#workers/exchange/give-up.ts';
import { createFakeWeChat } from './fake-wechat.ts';
import {
  type Chronicle,
  claimWindowMs,
  codeLifetimeMs,
  createSteppedRun,
  leastUsefulMs,
  type SteppedRun,
} from './stepped-run.ts';

const appid = 'wx0123456789abcdef';
const entId = () => `e${randomBytes(8).toString('hex')}`;

type FakeContext = {
  browser: string;
  query?: object;
  res?: EventEmitter;
  body?: unknown;
  set?: (name: string) => void;
};
export type HeldPoll = {
  readonly browser: string;
  readonly login: string;
  /** As if its browser went away. */
  readonly end: () => void;
  answered?: Promise<void>;
  view?: LoginView;
};

export type World = ReturnType<typeof createWorld>;
export type Job = { login: string; n: number; recordedAt: number; diesAt: number };

/** Logins of one person, WeChat in memory, and the product's own code on real stores, with a clock to put forward. */
export function createWorld(stores: {
  redis: Redis;
  prefix: string;
  bindings: BindingModel;
  /** Hears what Redis tells of this prefix. */
  settledLogins: SettledLogins;
}) {
  const { redis, prefix, bindings, settledLogins } = stores;
  const clock = { offsetMs: 0 };
  const enterprise = { entId: entId(), appid, loginUrl: 'https://host.example/in', unbound: 'create' };
  const store = createLoginStore({ redis, prefix, clockOffsetMs: () => clock.offsetMs });
  const records = createLoginRecords(store, { shards: 1, codeLifetimeMs });
  const sealer = createSealer([{ kid: 'k', key: randomBytes(32) }]);
  const sealedSecret = sealer.seal('secret', secretPlace(appid));
  const writer = createBindingWriter(bindings);

  async function now(): Promise<number> {
    const [seconds = 0, micros = 0] = (await redis.time()).map(Number);
    return seconds * 1_000 + Math.floor(micros / 1_000) + clock.offsetMs;
  }
  const weChat = createFakeWeChat({ now });
  const chronicle: Chronicle = { moves: 0, recordedAt: new Map(), violations: [] };
  const jobs = new Map<string, Job>();
  const runs: SteppedRun[] = [];

  // Only what the moves use: an enterprise that never changes, and an account that WeChat never pauses.
  const directory = {
    findEnterprise: async () => enterprise,
    findAccount: async () => ({ appid, sealedSecret }),
    recallAccount: () => undefined,
  };
  const gate = {
    lastKnown: () => 'open',
    look: () => 'open',
    enter: async () => 'open',
    exchange: (_caller: unknown, _isSecond: boolean, call: () => Promise<unknown>) => call(),
    outOfQuota: async () => {},
    misconfigured: async () => {},
  };
  const tickets = createTickets(store, sealer);
  const unbinding = createUnbinding({ store, shards: 1, bindings });
  const viewOf = createLoginViews({
    directory: directory as never,
    sealer,
    tickets,
    isBound: (person) => isBound(bindings, person),
    read: records.read,
    codeLifetimeMs,
    openOrigin: 'https://open.example',
    publicUrl: 'https://login.example',
  });
  const cookie = { digestOf: ({ browser }: FakeContext) => browser };
  const freshLogins = createFreshLogins(settledLogins);
  const findOwnLogin = createFindOwnLogin({ records, cookie } as never);
  const readStatus = createReadStatus({
    findOwnLogin,
    viewOf,
    awaitView: createAwaitView({ findOwnLogin, viewOf, cookie: cookie as never }),
    settledLogins,
    freshLogins,
    cookie,
    requeueLost: () => {},
    heldPolls: createHeldPolls(),
  } as never);
  const held: HeldPoll[] = [];
  const giveUp = createGiveUp({
    ledger: createExchangeLedger(store, { claimWindowMs, leastUsefulMs }),
    onSettled: () => {},
  });

  /** The code that a browser's page asks about. */
  const asked = new Map<string, { digest: string; sealed: string; diesAt: number }>();

  function enqueue(login: string, browser: string, recorded: RecordedCode): RecordedCode {
    const { verb, stage, n, now: recordedAt, diesAt } = recorded;
    const isNew = verb === 'recorded' || (verb === 'repeated' && stage === 'recorded');
    if (verb === 'recorded') freshLogins.keep(login, browser, recorded);
    if (isNew) jobs.set(exchangeJobId(login, n), { login, n, recordedAt, diesAt });
    return recorded;
  }

  return {
    clock,
    records,
    weChat,
    jobs,
    runs,
    chronicle,
    now,
    viewOf,
    held,
    /** Claims of a login's newest code that were not given back. */
    claimsOf: async ({ id, codes }: LoginRecord): Promise<number> =>
      Number(await redis.hget(`{${prefix}:0}:login:${id}`, `calls:${codes}`)),
    countBindings: () => bindings.countDocuments({ entId: enterprise.entId }),
    /** The user whom the person is bound to now. */
    boundUser: async () => (await bindings.findOne({ entId: enterprise.entId }).lean())?.userId,
    /** A poll of the status route, held until somebody answers it. */
    hold(browser: string, login: string): void {
      const res = new EventEmitter();
      const poll: HeldPoll = { browser, login, end: () => res.emit('close') };
      held.push(poll);
      // The name to greet by goes beside the answer.
      const ctx: FakeContext = { browser, query: { wait: '25' }, res, set: () => {} };
      poll.answered = readStatus(ctx as never, login).then(
        () => {
          poll.view = ctx.body as LoginView;
        },
        (error: unknown) => {
          // 404: not this browser's. Anything else is a fault.
          if (!(error instanceof Problem && error.status === 404)) throw error;
        },
      );
    },
    /** The host removes the binding of the one person there is. */
    unbind: () => unbinding.remove([{ entId: enterprise.entId, appid, openid: weChat.openid }]),
    openOutcome: ({ id, browser, outcome }: LoginRecord) =>
      openOutcome(sealer, { loginId: id, browser }, outcome ?? ''),
    redeem: (ticket: string) => tickets.redeem(enterprise.entId, ticket),
    close: () => freshLogins.close(),
    /** What the status route finds for this browser. */
    async findOwn(browser: string, login: string) {
      const ask = () => findOwnLogin({ browser } as never, login);
      // It gives up after a second; on a busy machine it is worth another.
      return await ask().catch(ask).catch(ask);
    },
    open(browser: string, restarts: number): Promise<string> {
      const scope = 'snsapi_userinfo';
      return records.open({
        entId: enterprise.entId,
        appid,
        scope,
        target: '',
        lang: 'en',
        browser,
        restarts,
      });
    },
    async callback(login: string, browser: string, code: string) {
      const sealed = sealer.seal(code, `login:${login}:code`);
      const recorded = await records.recordCode(login, browser, digest(code), sealed);
      if (recorded.verb === 'foreign') {
        asked.set(`${login} ${browser}`, { digest: digest(code), sealed, diesAt: recorded.diesAt });
      }
      return enqueue(login, browser, recorded);
    },
    async confirm(login: string, browser: string) {
      const code = asked.get(`${login} ${browser}`);
      if (code === undefined) return { verb: 'foreign' } as const;
      return enqueue(login, browser, await records.confirmCode(login, browser, code));
    },
    enqueueLost({ id, codes, recordedAt = 0, codeDiesAt = 0 }: LoginRecord): void {
      jobs.set(exchangeJobId(id, codes), { login: id, n: codes, recordedAt, diesAt: codeDiesAt });
    },
    /** A worker takes the job, whatever became of the one that had it. */
    run(jobId: string, job: Job): SteppedRun {
      const run = createSteppedRun({
        store,
        weChat,
        chronicle,
        sealer,
        directory: directory as never,
        gate: gate as never,
        bindings: writer,
        count() {},
        jobId,
        job: { ...job, entId: enterprise.entId, appid },
      });
      runs.push(run);
      return run;
    },
    giveUp: (job: Job) => giveUp({ ...job, entId: enterprise.entId, appid }, exchangeJobId(job.login, job.n)),
  };
}
