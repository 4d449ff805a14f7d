import { runDriver } from '#bench/run-driver.ts';
import { ourNames } from '#bench/subjects/names.ts';
import { appid, entId as ownEntId, type Setting } from '#bench/subjects/setting.ts';
import { startUs } from '#bench/subjects/us.ts';
import { connectMongo } from '#connections/connect-mongo.ts';
import { createPeople } from '#simulator/people.ts';
import type { Bench, Findings, RowGroup } from './bench.ts';
import { loginTask } from './login-task.ts';
import { toRow } from './to-row.ts';
import { warmUp } from './warm-up.ts';

const batch = 5_000;

/** What a login costs while so many people are bound already: half of those who log in are among them, all over the table. */
export const bindings: RowGroup = {
  names: ['bindings'],
  async measure(bench: Bench): Promise<Findings> {
    const { setting, size, say } = bench;
    const lines: number[][] = [];
    for (const bound of size.bindings) {
      await using us = await startUs(setting, { prefix: 'bench-bindings' });
      await bindPeople(us.mongoUrl, setting, bound);
      await warmUp(bench, us, size.warmUp);
      const { pipesFull, measureMs } = size;
      const task = loginTask(setting, us, { warmUp: pipesFull, measureMs, knownPeople: bound });
      const { rate, own = 0, cpu } = toRow('bindings', us, await runDriver(task));
      lines.push([bound, rate, cpu['mongod'] ?? 0, own]);
      say(`  ${bound} bindings: ${own} µs`);
    }
    const title = 'CPU time of a login against the bindings there are (µs; all but driver and simulator)';
    const columns = ['bindings', 'logins a second', 'mongod', 'together'];
    const ratio = (lines.at(-1)?.[3] ?? Number.NaN) / (lines[0]?.[3] ?? Number.NaN);
    return { tables: [{ title, columns, lines }], facts: { [`${ourNames.apart}: bindings`]: ratio } };
  },
};

/** The bindings the simulator's `known-…` people would have, with what WeChat tells of them: their logins change nothing. */
export async function bindPeople(
  mongoUrl: string,
  { simulatorUrl }: Setting,
  count: number,
  entId: string = ownEntId,
): Promise<void> {
  const people = createPeople({ avatarOrigin: () => simulatorUrl });
  const mongo = await connectMongo(mongoUrl);
  const collection = mongo.collection('bindings');
  const now = new Date();
  for (let n = 0; n < count; n += batch) {
    const documents = Array.from({ length: Math.min(batch, count - n) }, (_, index) => {
      const id = `known-${n + index}`;
      const { nickname, headimgurl: avatarUrl } = people.find(id);
      const openid = people.openidOf(appid, id);
      const userId = `u_${n + index}`;
      return {
        entId,
        appid,
        openid,
        userId,
        nickname,
        avatarUrl,
        createdBy: 'bench',
        createdAt: now,
        updatedAt: now,
      };
    });
    await collection.insertMany(documents, { ordered: false, writeConcern: { w: 1, j: false } });
  }
  // What is still to be written for them is not to be counted as the logins' cost.
  await mongo.getClient().db('admin').command({ fsync: 1 });
  await mongo.close();
}
