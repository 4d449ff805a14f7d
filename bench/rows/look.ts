import { setTimeout as sleep } from 'node:timers/promises';
import { cpuTimesOf, type Pids } from '#bench/cpu-time.ts';
import { ourNames } from '#bench/subjects/names.ts';
import type { Account, Setting } from '#bench/subjects/setting.ts';
import { startUs, type Us } from '#bench/subjects/us.ts';
import { connectRedis } from '#connections/connect-redis.ts';
import { fieldOf } from '#models/counts/minutes.ts';
import { durationStep, wayIn, wayOut } from '#models/counts/steps.ts';
import type { Bench, Findings, RowGroup } from './bench.ts';

/** Who has a page open that tells its numbers by itself, as its script asks for them. */
export const watching = { operators: 2, everyMs: 2_000 };
/** A look is shared for a second: none here has its numbers from the one before. */
const unsharedAfterMs = 1_100;
/** So that what is drawn is drawn by code that has run often, as after some minutes of watching. */
const warmUpLooks = 100;
const minuteMs = 60_000;
/** Counted before now, and ahead of now: the minute that a look falls in is as full as the others. */
const minutes = { before: 60, ahead: 30 };
const enterprises = 20;
const accounts: readonly Account[] = Array.from({ length: enterprises }, (_, n) => ({
  appid: `wx000000000000look${n % 4}`,
  entId: `bench-look-${n}`,
}));
const pages = {
  'the first screen': '/operate',
  'an enterprise': `/operate/enterprises/${accounts[0]?.entId}`,
} as const;

type Turn = { readonly seconds: number; readonly cpu: Readonly<Record<string, number>> };

/** What it takes of a core that two operators look at the live numbers: the CPU time of looks above that of a time without any. */
export const look: RowGroup = {
  names: ['look'],
  async measure({ setting, size, say }: Bench): Promise<Findings> {
    await using us = await startUs(setting, { prefix: 'bench-look', workers: 0, accounts });
    await fill(setting, us);
    const { simulator: _, ...stores } = setting.pids;
    const pids = { ...us.pids, ...stores };
    for (const path of Object.values(pages)) for (let n = 0; n < warmUpLooks; n += 1) await lookAt(us, path);
    const looks = Math.max(2, Math.round(size.measureMs / 300));
    const turns = new Map<string, Turn[]>(['', ...Object.keys(pages)].map((page) => [page, []]));
    for (let round = 0; round < size.rounds; round += 1) {
      for (const [page, taken] of turns) taken.push(await turn(us, pids, looks, Reflect.get(pages, page)));
    }
    const idle = together(turns.get('') ?? []);
    let most = 0;
    const lines = Object.keys(pages).map((page) => {
      const { seconds, cpu } = together(turns.get(page) ?? []);
      const msOf = (name: string) =>
        ((cpu[name] ?? 0) - ((idle.cpu[name] ?? 0) / idle.seconds) * seconds) / (looks * size.rounds) / 1_000;
      const each = Object.keys(pids).map(msOf);
      const all = each.reduce((sum, ms) => sum + ms, 0);
      const percent = (all * watching.operators) / (watching.everyMs / 100);
      most = Math.max(most, percent);
      say(`  ${page}: ${all.toFixed(1)} ms a look, ${percent.toFixed(2)} % of a core for two operators`);
      return [page, ...each.map((ms) => ms.toFixed(1)), `${percent.toFixed(2)} %`];
    });
    const title = `What a look at the live numbers takes (CPU ms), ${enterprises} enterprises and 15 minutes of counts`;
    const columns = ['page', ...Object.keys(pids), 'two operators, of one core'];
    return { tables: [{ title, columns, lines }], facts: { [`${ourNames.apart}: look`]: most } };
  },
};

/** So many looks, or the same time without one. */
async function turn(us: Us, pids: Pids, looks: number, path: string | undefined): Promise<Turn> {
  const [begun, before] = [performance.now(), cpuTimesOf(pids)];
  for (let n = 0; n < looks; n += 1) {
    if (path !== undefined) await lookAt(us, path);
    await sleep(unsharedAfterMs);
  }
  const after = cpuTimesOf(pids);
  const cpu = Object.keys(pids).map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)] as const);
  return { seconds: (performance.now() - begun) / 1_000, cpu: Object.fromEntries(cpu) };
}

function together(turns: readonly Turn[]): Turn {
  const names = Object.keys(turns[0]?.cpu ?? {});
  const sum = (of: (turn: Turn) => number) => turns.reduce((all, one) => all + of(one), 0);
  return {
    seconds: sum(({ seconds }) => seconds),
    cpu: Object.fromEntries(names.map((name) => [name, sum(({ cpu }) => cpu[name] ?? 0)])),
  };
}

async function lookAt({ askOperator }: Us, path: string): Promise<void> {
  const answer = await askOperator(path, { headers: { accept: 'text/html' } });
  const page = await answer.text();
  if (answer.status !== 200 || page.includes('data-live="stale"><p'))
    throw new Error(`${path} was answered ${answer.status}, or has no numbers`);
}

/** An hour of logins of every enterprise, some of which fail. */
async function fill({ redisUrl }: Setting, { prefix }: Us): Promise<void> {
  const redis = await connectRedis(redisUrl.split(','), 'consumer');
  const now = Math.floor(Date.now() / minuteMs);
  const way = [...wayIn, 'ready', ...wayOut] as const;
  const troubles = [
    'failed:misconfigured',
    'failed:expired',
    'again:invalid',
    'e:token:40029',
    'e:token:40125',
  ];
  const times = ['total', 'queue', 'token', 'userinfo', 'binding', 'settle'];
  for (let minute = now - minutes.before; minute <= now + minutes.ahead; minute += 1) {
    const fields = accounts.flatMap(({ entId, appid }, at) => [
      ...[...way, ...troubles].map((step, n) => [fieldOf(entId, appid, step), 900 - 60 * n + at]),
      ...times.flatMap((what) =>
        [50, 100, 150, 200, 400].map((ms) => [fieldOf(entId, appid, durationStep(what, ms)), 100 + at]),
      ),
      ...troubles.map((step) => [`first|${fieldOf(entId, appid, step)}`, minute * minuteMs + 1_000 * at]),
    ]);
    await redis.hset(`{${prefix}:ops}:m:${minute}`, new Map(fields as [string, number][]));
  }
  redis.disconnect();
}
