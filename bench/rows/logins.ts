import { runDriver } from '#bench/run-driver.ts';
import { setLatency } from '#bench/setting.ts';
import { startPeerGo } from '#bench/subjects/peer-go.ts';
import { startPeerKoa } from '#bench/subjects/peer-koa.ts';
import type { Subject } from '#bench/subjects/setting.ts';
import { startUs } from '#bench/subjects/us.ts';
import type { Bench, Findings, Row, RowGroup } from './bench.ts';
import { loginTask } from './login-task.ts';
import { middleRow, toRow } from './to-row.ts';

type Load = {
  readonly name: string;
  readonly load: { readonly clients: number } | { readonly rate: number };
  readonly latency: readonly [ms: number, spreadMs: number];
};

const real = [150, 50] as const;
const loads: readonly Load[] = [
  { name: 'closed-100', load: { clients: 100 }, latency: [0, 0] },
  { name: 'closed-1', load: { clients: 1 }, latency: [0, 0] },
  { name: 'open-200', load: { rate: 200 }, latency: real },
  { name: 'open-400', load: { rate: 400 }, latency: real },
  { name: 'open-1000', load: { rate: 1_000 }, latency: real },
];

/** Whole logins of all subjects. They take turns, round by round, so that a busy moment of the machine meets each alike. */
export const logins: RowGroup = {
  names: loads.map(({ name }) => name),
  async measure({ setting, size, say }: Bench, wanted): Promise<Findings> {
    await using stack = new AsyncDisposableStack();
    const subjects: Subject[] = [];
    for (const start of [startUs, startPeerGo, startPeerKoa]) {
      const subject = await start(setting);
      if (subject === undefined) say('  no Go here: peer A is left out');
      else subjects.push(stack.use(subject));
    }
    const run = (subject: Subject, load: Load['load'], warmUp: typeof size.warmUp, measureMs: number) =>
      runDriver(loginTask(setting, subject, { load, warmUp, measureMs }));

    // A service runs for days: until its code is compiled, a login costs half as much again.
    await setLatency(setting, 0, 0);
    for (const subject of subjects) await run(subject, { clients: 100 }, size.warmUp, 500);
    const pipesFull = { count: size.warmUp.count / 20, ms: 2_000 };
    const rows: Row[] = [];
    for (const { name, load, latency } of loads.filter((one) => wanted.has(one.name))) {
      await setLatency(setting, ...latency);
      const measured = new Map<Subject, Row[]>(subjects.map((subject) => [subject, []]));
      for (let round = 0; round < size.rounds; round += 1) {
        for (const subject of subjects) {
          const result = await run(subject, load, pipesFull, size.measureMs);
          const row = toRow(name, subject.name, result);
          measured.get(subject)?.push(row);
          say(`  ${name} ${subject.name}: ${row.rate}/s, p99 ${row.callbackToReady?.p99} ms`);
        }
      }
      const by = 'rate' in load ? (row: Row) => row.callbackToReady?.p99 ?? 0 : (row: Row) => row.rate;
      for (const rounds of measured.values()) rows.push(middleRow(rounds, by));
    }
    await setLatency(setting, 0, 0);
    return { rows };
  },
};
