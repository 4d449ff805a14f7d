import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { createBindingModel, type PersonKey } from '#models/documents/binding.ts';
import { createClientModel } from '#models/documents/client.ts';
import { createEnterpriseModel } from '#models/documents/enterprise.ts';
import { createErasure, createErasureModel } from '#models/documents/erasure.ts';
import { createLoginHistoryModel, openidDigests } from '#models/documents/login-history.ts';
import { createSealer } from '#models/sealing.ts';
import { aClient, acme } from '#test/models/acme.ts';
import { withMonitoredMongo } from '#test/models/documents/with-monitored-mongo.ts';

const minutes = 60_000;

async function withErasure(t: ExecutionContext) {
  const { mongo } = await withMonitoredMongo(t);
  const [bindings, enterprises] = [createBindingModel(mongo), createEnterpriseModel(mongo)];
  const [history, erasures] = [createLoginHistoryModel(mongo), createErasureModel(mongo)];
  await bindings.createIndexes();
  const clients = createClientModel(mongo);
  const clock = { now: Date.now() };
  const sealer = createSealer(['new', 'old'].map((kid) => ({ kid, key: randomBytes(32) })));
  const marked: string[] = [];
  const hooks = { onRemove: async () => {} };
  const unbinding = {
    async remove(people: readonly PersonKey[]) {
      await hooks.onRemove();
      marked.push(...people.map(({ openid }) => openid));
      const removed = await Promise.all(
        people.map(({ entId, appid, openid }) => bindings.deleteOne({ entId, appid, openid })),
      );
      return removed.reduce((sum, { deletedCount }) => sum + deletedCount, 0);
    },
  };
  const erasure = createErasure({
    erasures,
    enterprises,
    clients,
    bindings,
    history,
    unbinding,
    sealer,
    now: () => clock.now,
  });
  let made = 0;

  async function bind(entId: string, openid: string, userId = `u_${openid}`) {
    const at = new Date();
    const { appid } = acme;
    await bindings.create({ entId, appid, openid, userId, createdBy: 'x', createdAt: at, updatedAt: at });
    // By the first key, by an older one, and as the release before made it, in turn.
    const digests = openidDigests(sealer, { appid, openid });
    const openidDigest = digests[made % digests.length] ?? '';
    made += 1;
    const _id = randomBytes(8).toString('hex');
    await history.create({ _id, entId, appid, outcome: 'ready', openidDigest, timings: { total: 1 }, at });
  }
  const left = async (entId: string) => [
    await bindings.countDocuments({ entId }),
    await history.countDocuments({ entId }),
  ];
  function failOnce(history: object, method: string) {
    Object.defineProperty(history, method, {
      configurable: true,
      value() {
        Reflect.deleteProperty(history, method);
        throw new Error('MongoDB is away');
      },
    });
  }
  return { erasure, erasures, enterprises, clients, history, bind, left, clock, marked, hooks, failOnce };
}

test('a removed enterprise’s people are erased, and nobody else’s', async (t) => {
  const { erasure, bind, left, marked } = await withErasure(t);
  for (const openid of ['o1', 'o2', 'o3']) await bind('acme', openid);
  await bind('other', 'o1');
  t.deepEqual(await erasure.count('acme'), { bindings: 3, history: 3 });
  await erasure.request('acme');
  await erasure.work();
  t.deepEqual(await left('acme'), [0, 0]);
  t.deepEqual(await left('other'), [1, 1]);
  // So that tickets which are not redeemed yet are worth nothing.
  t.deepEqual(marked.toSorted(), ['o1', 'o2', 'o3']);
});

test('a client is one of the removed enterprise no more, also when that is made anew', async (t) => {
  const { erasure, clients } = await withErasure(t);
  await clients.create({ ...aClient, entIds: ['acme', 'other'] });
  await erasure.request('acme');
  await erasure.work();
  t.deepEqual([...((await clients.findOne().lean())?.entIds ?? [])], ['other']);
});

test('more people than one batch are erased, too', async (t) => {
  const { erasure, bind, left } = await withErasure(t);
  await Promise.all(Array.from({ length: 1_100 }, (_, n) => bind('acme', `o${n}`)));
  await erasure.request('acme');
  await erasure.work();
  t.deepEqual(await left('acme'), [0, 0]);
});

test('what a worker writes late is erased by a last look, which ends the work', async (t) => {
  const { erasure, erasures, bind, left, clock } = await withErasure(t);
  await erasure.request('acme');
  await erasure.work();
  await bind('acme', 'late');
  clock.now += 7 * minutes;
  await erasure.work();
  t.deepEqual(await left('acme'), [0, 0]);
  t.is(await erasures.countDocuments(), 0);
});

test('an enterprise that was made anew keeps its people', async (t) => {
  const { erasure, erasures, enterprises, bind, left, clock } = await withErasure(t);
  await erasure.request('acme');
  await enterprises.create(acme);
  await bind('acme', 'new');
  clock.now += 2 * minutes;
  await erasure.work();
  t.deepEqual(await left('acme'), [1, 1]);
  t.is(await erasures.countDocuments(), 0);
});

test('nor are they erased when it is made anew in the middle of the work', async (t) => {
  const { erasure, enterprises, bind, left, hooks } = await withErasure(t);
  await Promise.all(Array.from({ length: 600 }, (_, n) => bind('acme', `o${n}`)));
  await erasure.request('acme');
  let batches = 0;
  hooks.onRemove = async () => {
    batches += 1;
    if (batches === 1) await enterprises.create(acme);
  };
  await erasure.work();
  t.is(batches, 1);
  t.deepEqual(await left('acme'), [100, 600]);
});

test('an erasure that was asked for before its enterprise is removed is not forgotten', async (t) => {
  const { erasure, enterprises, bind, left } = await withErasure(t);
  await enterprises.create(acme);
  await bind('acme', 'o1');
  await erasure.request('acme');
  await erasure.work();
  t.deepEqual(await left('acme'), [1, 1]);
  await enterprises.deleteOne({ entId: 'acme' });
  await erasure.work();
  t.deepEqual(await left('acme'), [0, 0]);
});

test('clearing ends with nobody left, or says that the time was too short', async (t) => {
  const { erasure, bind, left, clock, hooks } = await withErasure(t);
  await Promise.all(Array.from({ length: 600 }, (_, n) => bind('acme', `o${n}`)));
  hooks.onRemove = async () => {
    clock.now += 1_000;
  };
  t.false(await erasure.clear('acme', 1_000));
  t.deepEqual(await left('acme'), [100, 600]);
  t.true(await erasure.clear('acme', 1_000));
  t.deepEqual(await left('acme'), [0, 0]);
});

test('one user is erased with every WeChat of his and their history', async (t) => {
  const { erasure, bind, left } = await withErasure(t);
  await bind('acme', 'o1', 'u');
  await bind('acme', 'o2', 'u');
  await bind('acme', 'o4', 'u');
  await bind('acme', 'o3', 'another');
  await bind('other', 'o1', 'u');
  t.deepEqual(await erasure.eraseUser('acme', 'u'), { bindings: 3, history: 3 });
  t.deepEqual(await left('acme'), [1, 1]);
  t.deepEqual(await left('other'), [1, 1]);
  t.deepEqual(await erasure.eraseUser('acme', 'nobody'), { bindings: 0, history: 0 });
});

test('a user whose erasure broke off is erased whole by a second try', async (t) => {
  const { erasure, bind, left, history, failOnce } = await withErasure(t);
  await bind('acme', 'o1', 'u');
  failOnce(history, 'deleteMany');
  await t.throwsAsync(erasure.eraseUser('acme', 'u'), { message: 'MongoDB is away' });
  await erasure.eraseUser('acme', 'u');
  t.deepEqual(await left('acme'), [0, 0]);
});
