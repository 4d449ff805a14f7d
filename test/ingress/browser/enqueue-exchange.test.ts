import test from 'ava';
import type { Lanes } from '#ingress/admission/lanes.ts';
import { createEnqueueExchange } from '#ingress/browser/enqueue-exchange.ts';
import type { LoginRecord, RecordedCode } from '#models/login/record.ts';

const login = `00${'a'.repeat(32)}`;
const recorded = {
  verb: 'recorded',
  stage: 'recorded',
  n: 1,
  entId: 'acme',
  appid: 'wx1',
  now: 1,
  diesAt: 2,
};

/** What is added for a code of which `there` is known when it is looked at for the first time, the second … */
async function added(code: object, { mayShare = true, there = [] as boolean[], stage = 'recorded' } = {}) {
  const adds: unknown[] = [];
  let looks = 0;
  const enqueueExchange = createEnqueueExchange({
    queue: {
      async add(_job, options) {
        adds.push(options);
      },
      async isThere(_job, shared) {
        looks += 1;
        return shared === 'b2-noted' && there[looks - 1] === true;
      },
    },
    records: { read: async () => ({ stage, job: 'b2-noted' }) as LoginRecord },
    lanes: { isHeavy: () => false, isBurst: () => false, isHeavyNow: () => false } satisfies Lanes,
    mayShare: () => mayShare,
  });
  await enqueueExchange(login, { ...recorded, ...code } as RecordedCode, '');
  return { adds, looks };
}
const alone = [{ isHeavy: false, isBurst: false, mayShare: false }];

test('a code that was just recorded may share a job, where every worker knows such jobs', async (t) => {
  t.deepEqual((await added({})).adds, [{ isHeavy: false, isBurst: false, mayShare: true }]);
  t.deepEqual((await added({}, { mayShare: false })).adds, alone);
});

test('a code that came again makes no second job where it shares one, also when that is made a moment later', async (t) => {
  t.deepEqual((await added({ verb: 'repeated' }, { there: [true] })).adds, []);
  t.deepEqual((await added({ verb: 'repeated' }, { there: [false, false, true] })).adds, []);
  t.deepEqual((await added({ verb: 'repeated' }, { stage: 'exchanging' })).adds, []);
});

test('where it has none it is enqueued: its first callback died', async (t) => {
  t.deepEqual(await added({ verb: 'repeated' }), { adds: alone, looks: 3 });
  // Nobody makes shared jobs: the job's id tells.
  t.deepEqual(await added({ verb: 'repeated' }, { mayShare: false }), { adds: alone, looks: 0 });
});
