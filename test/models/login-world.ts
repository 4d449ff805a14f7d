import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { createLoginViews } from '#ingress/login-view.ts';
import { createReadStatus } from '#ingress/read-status.ts';
import type { BindingModel } from '#models/binding.ts';
import { exchangeJobId } from '#models/exchange-job.ts';
import { createExchangeLedger } from '#models/exchange-ledger.ts';
import { createLoginStore } from '#models/login-moves.ts';
import { createLoginRecords, type LoginRecord, type RecordedCode } from '#models/login-record.ts';
import { createSealer, digest } from '#models/sealing.ts';
import { secretPlace } from '#models/service-account.ts';
import { createTickets } from '#models/ticket.ts';
import { createBindingWriter } from '#workers/binding-writer.ts';
import { createGiveUp } from '#workers/give-up.ts';
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

export type World = ReturnType<typeof createWorld>;
export type Job = { login: string; n: number; recordedAt: number; diesAt: number };

/** Logins of one person, WeChat in memory, and the product's own code on real stores, with a clock to put forward. */
export function createWorld(stores: { redis: Redis; prefix: string; bindings: BindingModel }) {
  const { redis, prefix, bindings } = stores;
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
  };
  const gate = {
    enter: async () => 'open',
    exchange: (_appid: string, _isSecond: boolean, call: () => Promise<unknown>) => call(),
    outOfQuota: async () => {},
    misconfigured: () => {},
  };
  const viewOf = createLoginViews({
    directory: directory as never,
    sealer,
    tickets: createTickets(store, sealer),
    read: records.read,
    codeLifetimeMs,
    openOrigin: 'https://open.example',
    publicUrl: 'https://login.example',
  });
  const cookie = { digestOf: (browser: string) => browser };
  const { findOwn } = createReadStatus({ records, viewOf, cookie } as never);
  const giveUp = createGiveUp({
    ledger: createExchangeLedger(store, { claimWindowMs, leastUsefulMs }),
    onSettled: () => {},
  });

  /** The code that a browser's page asks about, by its digest. */
  const lastBrought = new Map<string, string>();

  function enqueue(login: string, recorded: RecordedCode): RecordedCode {
    const { verb, stage, n, now: recordedAt, diesAt } = recorded;
    const isNew = verb === 'recorded' || (verb === 'repeated' && stage === 'recorded');
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
    countBindings: () => bindings.countDocuments({ entId: enterprise.entId }),
    /** What the status route finds for this browser. */
    async findOwn(browser: string, login: string) {
      const ask = () => findOwn(browser as never, login);
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
      lastBrought.set(`${login} ${browser}`, digest(code));
      return enqueue(login, await records.recordCode(login, browser, digest(code), sealed));
    },
    async confirm(login: string, browser: string) {
      const codeDigest = lastBrought.get(`${login} ${browser}`) ?? '';
      return enqueue(login, await records.confirmHeldCode(login, browser, codeDigest));
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
        jobId,
        job: { ...job, entId: enterprise.entId, appid },
      });
      runs.push(run);
      return run;
    },
    giveUp: (job: Job) => giveUp({ ...job, entId: enterprise.entId, appid }, exchangeJobId(job.login, job.n)),
  };
}
