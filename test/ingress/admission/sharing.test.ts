import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { createSharing } from '#ingress/admission/sharing.ts';
import { sharingWorkerName } from '#models/login/job-logins.ts';

/** Readings of Redis's clock, and a BullMQ that knows so many connections of workers of 0.1.0. */
function withSharing({ shards = 1 } = {}) {
  const world = { now: 1_800_000_000_000, older: 0, failure: undefined as Error | undefined };
  const changes: boolean[] = [];
  let asked = 0;
  const sharing = createSharing({
    queues: Array.from({ length: shards }, () => ({
      async getWorkers() {
        asked += 1;
        if (world.failure) throw world.failure;
        const connection = 'bull:ZXhjaGFuZ2U=';
        return [
          { rawname: `${connection}:w:${sharingWorkerName}` },
          ...Array(world.older).fill({ rawname: connection }),
        ];
      },
    })),
    onChange: (mayShare) => changes.push(mayShare),
  });
  async function pass(ms: number, liveWorkers: number, sharingWorkers: number) {
    for (let left = ms; left > 0; left -= 500) {
      world.now += 500;
      for (let shard = 0; shard < shards; shard += 1)
        sharing.note(shard, { now: world.now, liveWorkers, sharingWorkers });
      await setImmediate();
    }
  }
  return { sharing, world, changes, pass, asked: () => asked };
}

test('logins share jobs once every live worker says that it knows them, and BullMQ knows no other', async (t) => {
  const { sharing, pass, changes, asked } = withSharing({ shards: 2 });
  t.false(sharing.mayShare());
  await pass(1_000, 2, 2);
  t.true(sharing.mayShare());
  await pass(10_000, 2, 2);
  t.true(asked() <= 4, 'once in five seconds');
  t.deepEqual(changes, [true]);
});

test('one worker of 0.2.0, which does not say so, ends that at once', async (t) => {
  const { sharing, pass } = withSharing();
  await pass(1_000, 2, 2);
  await pass(500, 3, 2);
  t.false(sharing.mayShare());
  await pass(500, 2, 2);
  t.true(sharing.mayShare());
});

test('nor while BullMQ knows a worker that tells nothing of itself, as those of 0.1.0', async (t) => {
  const { sharing, world, pass } = withSharing();
  world.older = 1;
  await pass(10_000, 1, 1);
  t.false(sharing.mayShare());
  world.older = 0;
  await pass(2_000, 1, 1);
  t.true(sharing.mayShare());
});

test('nor while nobody is there, or that is not known', async (t) => {
  const { sharing, world, pass, asked } = withSharing();
  await pass(5_000, 0, 0);
  t.false(sharing.mayShare());
  t.is(asked(), 0);
  world.failure = new Error("NOPERM this user has no permissions to run the 'client|list' command");
  await pass(10_000, 1, 1);
  t.false(sharing.mayShare());
});
