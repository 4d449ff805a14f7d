import test from 'ava';
import { createRequeueLost } from '#ingress/browser/requeue-lost.ts';
import type { ExchangeJob } from '#models/login/job.ts';
import type { LoginRecord } from '#models/login/record.ts';
import { id, now, pending } from '#test/ingress/browser/with-status.ts';
import { capturedLog } from '#test/support/captured-log.ts';
import { until } from '#test/support/until.ts';

/** Asks for one login's job; `isThere`: the queue has a job of it; else `rerun` is the next one’s number. */
async function asked(changes: Partial<LoginRecord>, { rerun = 1, isThere = false, isHeavy = false } = {}) {
  const added: [ExchangeJob, object | undefined][] = [];
  let lookedUp = 0;
  const requeueLost = createRequeueLost({
    queue: {
      async add(job, options) {
        added.push([job, options]);
      },
      async nextRerun() {
        lookedUp += 1;
        return isThere ? undefined : rerun;
      },
    },
    lanes: { isHeavyNow: () => isHeavy },
    log: capturedLog().log,
  });
  requeueLost({ ...pending, codeDiesAt: now + 500, ...changes });
  await new Promise(setImmediate);
  return { added, lookedUp };
}
const job = (recordedAt: number) => ({
  login: id,
  n: 1,
  entId: 'acme',
  appid: 'wx1',
  recordedAt,
  diesAt: now + 500,
});

test('a job that should have begun long ago is added once more under its id, without a look', async (t) => {
  const { added, lookedUp } = await asked({ stage: 'recorded', recordedAt: now - 3_001 });
  t.deepEqual(added as unknown, [[job(now - 3_001), { isHeavy: false, rerun: 0 }]]);
  t.is(lookedUp, 0);
});

test('one that shares a job is looked for first: its job has another id', async (t) => {
  const waiting = { stage: 'recorded', recordedAt: now - 3_001, job: 'b2-noted' } as const;
  t.deepEqual(await asked(waiting, { isThere: true }), { added: [], lookedUp: 1 });
  const { added } = await asked(waiting, { rerun: 0 });
  t.deepEqual(added as unknown, [[job(now - 3_001), { isHeavy: false, rerun: 0 }]]);
});

test('a young one is not', async (t) => {
  t.deepEqual((await asked({ stage: 'recorded', recordedAt: now - 2_999 })).added, []);
});

test('a run that must be lost gets another job, in its lane', async (t) => {
  const { added } = await asked(
    { stage: 'exchanging', recordedAt: now - 46_000 },
    { rerun: 2, isHeavy: true },
  );
  t.deepEqual(added as unknown, [[job(now - 46_000), { isHeavy: true, rerun: 2 }]]);
});

test('none while its job is there, however long it waits for a slow account', async (t) => {
  for (const stage of ['recorded', 'exchanging', 'exchanged'] as const) {
    const { added, lookedUp } = await asked({ stage, recordedAt: now - 200_000 }, { isThere: true });
    t.deepEqual(added, []);
    t.is(lookedUp, 1);
  }
});

test('a run that may be alive is left alone', async (t) => {
  const { added, lookedUp } = await asked({ stage: 'exchanging', recordedAt: now - 44_000 });
  t.deepEqual(added, []);
  t.is(lookedUp, 0);
});

test('a queue that cannot be reached is told, and harms nobody', async (t) => {
  const { log, lines } = capturedLog();
  const requeueLost = createRequeueLost({
    queue: { add: async () => {}, nextRerun: () => Promise.reject(new Error('away')) },
    lanes: { isHeavyNow: () => false },
    log,
  });
  requeueLost({ ...pending, recordedAt: now - 46_000 });
  await until(() => lines.length === 1);
  t.regex(lines[0] ?? '', /could not enqueue a lost job/);
});
