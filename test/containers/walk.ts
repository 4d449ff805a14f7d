import assert from 'node:assert/strict';
import type { Compose } from './compose.ts';
import { endClean } from './end-clean.ts';
import { seeHardening } from './hardening.ts';
import { createPeople } from './people.ts';
import { throughAnOutage } from './store-outage.ts';
import type { Told } from './told-steps.ts';
import { loginsOfWorkers } from './workers.ts';

const crowd = 300;
const upAndWell = ['--detach', '--no-build', '--wait', '--wait-timeout=300'];

/** All that is done and looked at, in its order. */
export async function walk({
  compose,
  told,
  adminToken,
}: {
  compose: Compose;
  told: Told;
  adminToken: string;
}) {
  const { step } = told;

  await step('build', async () => {
    await compose.build();
    const images = await compose.docker(['images', '--format={{.Repository}} {{.Size}}']);
    const ours = images.split('\n').filter((line) => line.startsWith('wechat-login-'));
    return ours.toSorted().join(', ');
  });

  await step('start', async () => {
    await compose.compose(['up', ...upAndWell]);
    const containers = await compose.containers();
    const healthy = containers.filter(({ State }) => State.Health?.Status === 'healthy');
    assert.equal(healthy.length, 5);
    return `healthy: ${containers.map(({ Config }) => Config.Labels['com.docker.compose.service']).join(', ')}`;
  });

  await step('hardening', () => seeHardening(compose));

  const people = await createPeople({ adminToken });
  await step('one person', async () => {
    const first = await people.logIn('first');
    const [binding, ...more] = await people.bindingsOf(first.user_id);
    assert.deepEqual([binding?.openid, more], [first.openid, []]);
    const again = await people.logIn('first');
    assert.equal(again.created, false);
    return `link, WeChat, callback, ready, redeemed, bound as ${first.user_id}; the second time the same`;
  });

  await step('three workers', async () => {
    await compose.compose(['up', ...upAndWell, '--no-recreate', '--scale=workers=3']);
    return `${(await compose.containers('workers')).length} healthy`;
  });

  await step('a crowd', async () => {
    const before = await loginsOfWorkers(compose);
    await people.slowDown(300);
    await people.logInAll(Array.from({ length: crowd }, (_, index) => `crowd-${index}`));
    const after = await loginsOfWorkers(compose);
    const shares = after.map((count, index) => count - (before[index] ?? 0));
    assert.equal(shares.length, 3);
    assert.ok(
      shares.every((share) => share > 0),
      `the workers' shares are ${shares.join(', ')}`,
    );
    return `${crowd} logged in, the workers had ${shares.join(', ')}`;
  });

  await step('Redis is stopped and started', () =>
    throughAnOutage({ compose, people, service: 'redis', crowd: 'over-redis', isMadeAnew: false }),
  );
  await step('MongoDB is stopped and started', () =>
    throughAnOutage({ compose, people, service: 'mongo', crowd: 'over-mongo', isMadeAnew: false }),
  );
  await step('MongoDB is made anew on its volume', () =>
    throughAnOutage({ compose, people, service: 'mongo', crowd: 'over-new-mongo', isMadeAnew: true }),
  );
  await step('Redis is made anew on its volume', () =>
    throughAnOutage({ compose, people, service: 'redis', crowd: 'over-new-redis', isMadeAnew: true }),
  );

  await step('everybody again', async () => {
    const names = [...people.known.keys()];
    await people.slowDown(0);
    await people.logInAll(names);
    return `${names.length} people are who they were`;
  });

  await step('end', () => endClean(compose));
}
