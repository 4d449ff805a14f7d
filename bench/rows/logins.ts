import type { Load } from '#bench/driver/task.ts';
import { runDriver } from '#bench/run-driver.ts';
import { setLatency } from '#bench/setting.ts';
import { startSubjects } from '#bench/subjects/all-subjects.ts';
import type { Subject } from '#bench/subjects/setting.ts';
import type { Bench, Findings, Row, RowGroup } from './bench.ts';
import { loginTask } from './login-task.ts';
import { middleRow, toRow } from './to-row.ts';
import { warmUp } from './warm-up.ts';

type LoginRow = {
  readonly name: string;
  readonly load: Load;
  readonly latency: readonly [ms: number, spreadMs: number];
};

const atOnce = [0, 0] as const;
/** Of each of the two calls. */
const real = [150, 50] as const;
const loginRows: readonly LoginRow[] = [
  { name: 'closed-1', load: { clients: 1 }, latency: atOnce },
  { name: 'closed-100', load: { clients: 100 }, latency: atOnce },
  { name: 'closed-300', load: { clients: 300 }, latency: atOnce },
  { name: 'closed-1-150ms', load: { clients: 1 }, latency: real },
  { name: 'closed-100-150ms', load: { clients: 100 }, latency: real },
  { name: 'closed-300-150ms', load: { clients: 300 }, latency: real },
  { name: 'open-200', load: { rate: 200 }, latency: real },
  { name: 'burst-1000', load: { burst: 1_000 }, latency: real },
];

/** Whole logins of all subjects. They take turns, round by round and there and back, so that a drift of the machine meets each alike. */
export const logins: RowGroup = {
  names: loginRows.map(({ name }) => name),
  async measure(bench: Bench, wanted): Promise<Findings> {
    const { setting, size, say } = bench;
    await using started = await startSubjects(bench);
    const { subjects } = started;
    for (const subject of subjects) await awake(subject, () => warmUp(bench, subject, size.warmUp));

    const rows: Row[] = [];
    const rounds: Row[] = [];
    for (const { name, load, latency } of loginRows.filter((one) => wanted.has(one.name))) {
      await setLatency(setting, ...latency);
      const isBurst = 'burst' in load;
      const measureMs = isBurst ? size.burstMs : size.measureMs;
      const measured = new Map<Subject, Row[]>(subjects.map((subject) => [subject, []]));
      for (let round = 0; round < size.rounds; round += 1) {
        for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
          const task = loginTask(setting, subject, { load, warmUp: size.pipesFull, measureMs });
          const row = toRow(name, subject, await awake(subject, () => runDriver(task)));
          measured.get(subject)?.push(row);
          say(`  ${name} ${subject.name}: ${row.rate}/s, ${row.own} µs, p99 ${row.callbackToHost?.p99} ms`);
        }
      }
      const isFixedRate = 'rate' in load;
      const by = isFixedRate ? (row: Row) => row.callbackToHost?.p99 ?? 0 : (row: Row) => row.rate;
      for (const turns of measured.values()) {
        rows.push(middleRow(turns, by));
        rounds.push(...turns);
      }
    }
    await setLatency(setting, ...atOnce);
    return { rows, rounds, tables: subjects.flatMap(({ tables = [] }) => tables) };
  },
};

async function awake<T>(subject: Subject, turn: () => Promise<T>): Promise<T> {
  subject.wake?.();
  try {
    return await turn();
  } finally {
    subject.rest?.();
  }
}
