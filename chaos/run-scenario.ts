import { setTimeout as sleep } from 'node:timers/promises';
import { createSeededRandom } from '#simulator/random.ts';
import type { CrowdPlan, CrowdReport } from './crowd/journal.ts';
import { type Crowd, startCrowd } from './crowd/start-crowd.ts';
import { type Evidence, readBindings, readRecords } from './referee/evidence.ts';
import { withCutAnswers } from './referee/explain.ts';
import { judge } from './referee/judge.ts';
import type { Times, Verdict } from './referee/verdict.ts';
import type { Run, Scenario } from './scenario.ts';
import { startWorld, type World } from './world/start-world.ts';
import type { StoreShelf } from './world/stores.ts';
import type { WeChat } from './world/wechat.ts';

export type Result = {
  readonly scenario: string;
  readonly title: string;
  readonly seed: number;
  readonly startedAt: string;
  readonly tookMs: number;
  readonly verdict: Verdict;
  readonly incidents: readonly { fault: string; target: string; atMs: number; tookMs: number }[];
  /** Programs that ended by themselves, and what the faults measured. */
  readonly notes: readonly string[];
  readonly crowdLagMs: number;
  /**
   * Cases that a person should look at: the first few of those nothing explains, of those who did not simply log in, and the
   * last two of all.
   */
  readonly examples: readonly unknown[];
};

const usualRoles = { twice: 0.05, 'two-codes': 0.03, twin: 0.03, watched: 0.03, injected: 0.03 };
const codeLifetimeMs = 300_000;
/** The default of WECHAT_TIMEOUT_MS. */
const callTimeoutMs = 6_000;
/** What is still on its way when the last person has gone: the moves of jobs, a zombie's last words. */
const settleMs = 1_500;

/** Enough at once that the workers never wait, and few enough to be served in seconds. */
const saturating = { logins: 600, overMs: 3_000, roles: {} };

type Setting = {
  shelf: StoreShelf;
  wechat: WeChat;
  seed: number;
  logFolder: string;
  folder?: string;
  logins?: number;
  scale?: number;
  say?: (line: string) => void;
};

/** One scenario, after the calm run it is compared with, if it asks for one. */
export async function runScenario(scenario: Scenario, setting: Setting): Promise<Result> {
  const { calm, inject: _, second: __, timesCapacity, ...same } = scenario;
  if (calm === undefined) return runOnce(scenario, setting);
  const { logins: _logins, scale: _scale, ...unscaled } = setting;
  const calmRun =
    calm === 'same'
      ? await runOnce(same, setting)
      : await runOnce({ ...same, ...saturating, afterMs: 0 }, unscaled);
  const { times } = calmRun.verdict;
  setting.say?.(`  calm: ${times.steadyPerSecond} a second, drained in ${times.drainMs} ms`);
  if (timesCapacity === undefined) return runOnce(scenario, setting, times);
  const perSecond = timesCapacity * times.steadyPerSecond;
  const logins = Math.round((perSecond * scenario.overMs) / 1_000);
  return runOnce({ ...scenario, logins, keepsRate: true }, setting, times);
}

/** From an empty service to a verdict. */
async function runOnce(scenario: Scenario, setting: Setting, calm?: Times): Promise<Result> {
  const { shelf, wechat, seed, logFolder, folder, scale = 1, say = () => {} } = setting;
  const random = createSeededRandom(seed);
  const startedAt = new Date();
  await wechat.reset();
  await wechat.behave({ latency: { ms: 100, spreadMs: 50 }, ...scenario.behaviour });
  const stores = await shelf.take(scenario.topology ?? {});
  await using world = await startWorld({
    stores,
    wechat,
    logFolder,
    ...(folder !== undefined && { folder }),
    ...scenario.service,
  });

  const logins = setting.logins ?? Math.max(Math.round(scenario.logins * scale), 20);
  const afterMs = scenario.afterMs ?? 0;
  const share = scenario.keepsRate === true ? logins / scenario.logins : 1;
  const plan: CrowdPlan = {
    ingressUrls: world.ingresses.map(({ url }) => url),
    publicUrl: world.publicUrl,
    enterprises: world.enterprises,
    logins,
    overMs: scenario.overMs * share,
    seed,
    roles: scenario.roles ?? usualRoles,
    patienceMs: scenario.patienceMs ?? 330_000,
    afterMs,
    ...(scenario.doorsCloseMs !== undefined && {
      doorsCloseMs: afterMs + (scenario.doorsCloseMs - afterMs) * share,
    }),
    prefix: 'p',
  };
  const crowd = startCrowd(plan);
  const second =
    scenario.second && startCrowd({ ...plan, afterMs: 0, ...scenario.second, entOf: 'second', prefix: 'q' });
  const isOver = new AbortController();
  const run: Run = {
    world,
    random,
    people: logins,
    get progress() {
      return { ...crowd.progress, share: crowd.progress.ended / logins };
    },
    isOver: isOver.signal,
    pause: (ms) => sleep(ms, undefined, { signal: isOver.signal }).catch(() => {}),
    async until(share) {
      while (!isOver.signal.aborted && crowd.progress.ended / logins < share) await run.pause(50);
    },
    note: (line) => world.notes.push(line),
  };

  try {
    const injecting = (scenario.inject ?? (async () => {}))(run);
    injecting.catch(() => {});
    const reports = await withProgress([crowd, ...(second ? [second] : [])], say);
    isOver.abort();
    // A fault that is still on ends with the run; one that failed to strike makes the run worthless.
    await injecting;
    world.incidents.close();
    await mend(world);
    await sleep(settleMs);
    const evidence = {
      ...(await gather(world, reports, scenario, { [plan.prefix]: logins, q: scenario.second?.logins ?? 0 })),
      ...(calm && { calm }),
    };
    const verdict = judge(evidence, scenario.bounds);
    return {
      scenario: scenario.name,
      title: scenario.title,
      seed,
      startedAt: startedAt.toISOString(),
      tookMs: Date.now() - startedAt.getTime(),
      verdict,
      incidents: evidence.incidents.map(({ fault, target, at, until }) => ({
        fault,
        target,
        atMs: at - startedAt.getTime(),
        tookMs: until - at,
      })),
      notes: world.notes,
      crowdLagMs: Math.max(...reports.map(({ lagMs }) => lagMs)),
      examples: pickExamples(evidence, verdict.unexplained),
    };
  } finally {
    isOver.abort();
    crowd.stop();
    second?.stop();
    await mend(world);
  }
}

async function withProgress(crowds: readonly Crowd[], say: (line: string) => void): Promise<CrowdReport[]> {
  const total = crowds.reduce((sum, { plan }) => sum + plan.logins, 0);
  const telling = setInterval(() => {
    const { ended, ready } = crowds.reduce(
      (sum, { progress }) => ({ ended: sum.ended + progress.ended, ready: sum.ready + progress.ready }),
      { ended: 0, ready: 0 },
    );
    say(`  ${ended} of ${total} ended, ${ready} ready`);
  }, 5_000);
  try {
    return await Promise.all(crowds.map(({ report }) => report));
  } finally {
    clearInterval(telling);
  }
}

/** Leaves the stores fit for the next scenario. */
async function mend({ stores, wechatProxy, workers, ingresses }: World): Promise<void> {
  for (const program of [...workers, ...ingresses]) program.thaw();
  await Promise.all([wechatProxy.heal(), stores.redis.proxy?.heal()]);
  await stores.redis.server().restart();
  await stores.mongo.restart();
}

async function gather(
  world: World,
  reports: readonly CrowdReport[],
  scenario: Scenario,
  /** How many people have a name that begins so, in the order of the enterprises. */
  crowds: Readonly<Record<string, number>>,
): Promise<Evidence> {
  const { wechat, stores, enterprises, incidents } = world;
  const exchanges = withCutAnswers(await wechat.calls('access_token'), incidents.list);
  const authorizations = await wechat.calls('authorize');
  const openidOf = new Map<string, string>();
  for (const [index, [prefix, count]] of Object.entries(crowds).entries()) {
    const enterprise = enterprises[index];
    if (enterprise === undefined) continue;
    const openids = await wechat.openidsOf(enterprise.appid, prefix, count);
    for (const [n, openid] of openids.entries()) openidOf.set(`${prefix}-${n}`, openid);
  }
  return {
    reports,
    exchanges,
    mintedAt: new Map(authorizations.map(({ code, time }) => [code ?? '', time])),
    openidOf,
    bindings: await readBindings(world.mongoUrl),
    ...(await readRecords(stores.redis.directUrls(), world.name)),
    incidents: incidents.list,
    codeLifetimeMs: Number(scenario.service?.env?.['CODE_LIFETIME_MS'] ?? codeLifetimeMs),
    callTimeoutMs: Number(scenario.service?.env?.['WECHAT_TIMEOUT_MS'] ?? callTimeoutMs),
  };
}

function pickExamples({ reports, exchanges }: Evidence, unexplained: readonly string[]): unknown[] {
  const journals = reports.flatMap((report) => report.journals);
  const blamed = journals.filter(({ person }) => unexplained.includes(person)).slice(0, 5);
  const odd = journals
    .filter(
      ({ outcome, reauthorizations, heals, leaks }) =>
        outcome !== 'ready' || reauthorizations.length + heals.length + leaks.length > 0,
    )
    .slice(0, 5);
  const last = journals.toSorted((a, b) => b.endedAt - a.endedAt).slice(0, 2);
  return [...new Set([...blamed, ...odd, ...last])].map((journal) => {
    const codes = new Set(journal.rounds.flatMap((round) => round.codes));
    return { journal, calls: exchanges.filter(({ code }) => code !== null && codes.has(code)) };
  });
}
