import { median } from 'simple-statistics';
import { runDriver } from '#bench/run-driver.ts';
import { ourNames } from '#bench/subjects/names.ts';
import { appid, entId as ownEntId, type Setting } from '#bench/subjects/setting.ts';
import { startUs, type Us } from '#bench/subjects/us.ts';
import { createPeople } from '#simulator/people.ts';
import type { Bench, Findings, Row, RowGroup } from './bench.ts';
import { loadDocuments } from './load-documents.ts';
import { loginTask } from './login-task.ts';
import { toRow } from './to-row.ts';
import { warmUp } from './warm-up.ts';

/** Turns of each size, there and back: a drift of the machine meets each alike. */
const turns = 6;

/**
 * What a login costs while so many people are bound already: half of those who log in are among them, all over the table. The
 * sizes lie on one server and take turns.
 */
export const bindings: RowGroup = {
  names: ['bindings'],
  async measure(bench: Bench): Promise<Findings> {
    const { setting, size, say } = bench;
    await using running = new AsyncDisposableStack();
    const sized: Sized[] = [];
    for (const bound of size.bindings) {
      const us = running.use(await startUs(setting, { prefix: `bench-bindings-${bound}` }));
      await bindPeople(us.mongoUrl, setting, bound);
      await warmUp(bench, us, size.warmUp);
      sized.push({ bound, us, rows: [] });
    }
    for (let turn = 0; turn < turns; turn += 1) {
      for (const { bound, us, rows } of turn % 2 === 0 ? sized : sized.toReversed()) {
        const { pipesFull, measureMs } = size;
        const task = loginTask(setting, us, { warmUp: pipesFull, measureMs, knownPeople: bound });
        const row = toRow('bindings', us, await runDriver(task));
        rows.push(row);
        say(`  ${bound} bindings: ${row.own} µs`);
      }
    }
    const [few, many] = [sized[0]?.rows ?? [], sized.at(-1)?.rows ?? []];
    const ratio = median(many.map(({ own = 0 }, turn) => own / (few[turn]?.own ?? Number.NaN)));
    const lines = sized.map(({ bound, rows }) => [
      bound,
      median(rows.map(({ rate }) => rate)),
      median(rows.map(({ cpu }) => cpu['mongod'] ?? 0)),
      median(rows.map(({ own = 0 }) => own)),
    ]);
    const title = 'CPU time of a login against the bindings there are (µs; all but driver and simulator)';
    const columns = ['bindings', 'logins a second', 'mongod', 'together'];
    return { tables: [{ title, columns, lines }], facts: { [`${ourNames.apart}: bindings`]: ratio } };
  },
};

type Sized = { readonly bound: number; readonly us: Us; readonly rows: Row[] };

/** The bindings the simulator's `known-…` people would have, with what WeChat tells of them: their logins change nothing. */
export async function bindPeople(
  mongoUrl: string,
  { simulatorUrl }: Setting,
  count: number,
  entId: string = ownEntId,
): Promise<void> {
  const people = createPeople({ avatarOrigin: () => simulatorUrl });
  const now = new Date();
  await loadDocuments(mongoUrl, 'bindings', count, (n) => {
    const id = `known-${n}`;
    const { nickname, headimgurl: avatarUrl } = people.find(id);
    const openid = people.openidOf(appid, id);
    const userId = `u_${n}`;
    const dates = { createdAt: now, updatedAt: now };
    return { entId, appid, openid, userId, nickname, avatarUrl, createdBy: 'bench', ...dates };
  });
}
