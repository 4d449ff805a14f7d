import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { createWorkerPresence } from '#ingress/admission/worker-presence.ts';

/** Readings of Redis's clock, and a BullMQ that counts as told. */
function withPresence({ shards = 1 } = {}) {
  const world = { now: 1_800_000_000_000, bullWorkers: 0, failure: undefined as Error | undefined };
  const changes: boolean[] = [];
  let asked = 0;
  const presence = createWorkerPresence({
    queues: Array.from({ length: shards }, () => ({
      async getWorkersCount() {
        asked += 1;
        if (world.failure) throw world.failure;
        return world.bullWorkers;
      },
    })),
    onChange: (isNobodyThere) => changes.push(isNobodyThere),
  });
  async function pass(ms: number, liveWorkers: number) {
    for (let left = ms; left > 0; left -= 500) {
      world.now += 500;
      for (let shard = 0; shard < shards; shard += 1) presence.note(shard, { now: world.now, liveWorkers });
      await setImmediate();
    }
  }
  return { presence, world, changes, pass, asked: () => asked };
}

test('workers that tell of themselves are counted once, whatever the number of shards', async (t) => {
  const { presence, pass } = withPresence({ shards: 3 });
  await pass(500, 4);
  t.is(presence.count(), 4);
  t.false(presence.isNobodyThere());
});

test('nobody is missed before there was nobody for ten seconds: a restart is no reason', async (t) => {
  const { presence, pass, asked } = withPresence();
  await pass(1_000, 2);
  await pass(10_000, 0);
  t.false(presence.isNobodyThere());
  t.is(asked(), 0);
  t.is(presence.count(), 0);
});

test('then BullMQ is asked, and when it knows nobody either, nobody is there', async (t) => {
  const { presence, pass, changes, asked } = withPresence();
  await pass(1_000, 2);
  await pass(12_000, 0);
  t.true(presence.isNobodyThere());
  t.is(asked(), 1);
  await pass(10_000, 0);
  t.true(asked() <= 4, 'once in five seconds');
  await pass(500, 1);
  t.false(presence.isNobodyThere());
  t.deepEqual(changes, [true, false]);
});

test('a process that never saw a worker waits as long', async (t) => {
  const { presence, pass } = withPresence();
  await pass(10_000, 0);
  t.false(presence.isNobodyThere());
  await pass(2_000, 0);
  t.true(presence.isNobodyThere());
});

test('after Redis was away workers have their ten seconds anew', async (t) => {
  const { presence, pass, world, asked } = withPresence();
  await pass(1_000, 2);
  world.now += 40_000;
  await pass(9_000, 0);
  t.false(presence.isNobodyThere());
  t.is(asked(), 0);
  await pass(3_000, 0);
  t.true(presence.isNobodyThere());
});

test('workers of release 0.1.0, which give no sign, are known to BullMQ', async (t) => {
  const { presence, pass, world } = withPresence();
  world.bullWorkers = 1;
  await pass(30_000, 0);
  t.false(presence.isNobodyThere());
  world.bullWorkers = 0;
  await pass(6_000, 0);
  t.true(presence.isNobodyThere());
});

test('where BullMQ cannot be asked nobody is held', async (t) => {
  const { presence, pass, world } = withPresence();
  world.failure = new Error("NOPERM this user has no permissions to run the 'client|list' command");
  await pass(30_000, 0);
  t.false(presence.isNobodyThere());
});

test('nobody is missed in time after Redis’s clock went back by minutes', async (t) => {
  const { presence, pass, world } = withPresence();
  await pass(1_000, 2);
  world.now -= 600_000;
  await pass(12_000, 0);
  t.true(presence.isNobodyThere());
});
