import { access } from 'node:fs/promises';
import test from 'ava';
import { execaNode } from 'execa';
import { until } from '#test/support/until.ts';
import { isAlive } from './is-alive.ts';

const startAndReport = `
  import { startRedis } from '#dev-stores/start-redis.ts';
  const { pid, folder } = await startRedis();
  process.send({ pid, folder });
  setInterval(() => {}, 1000);`;

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`a store and its folder do not outlive their owner's ${signal}`, async (t) => {
    const owner = execaNode({ reject: false })`--input-type=module --eval ${startAndReport}`;
    const { pid, folder } = (await owner.getOneMessage()) as { pid: number; folder: string };
    t.true(isAlive(pid));

    owner.kill(signal);
    await until(() => !isAlive(pid));
    await t.notThrowsAsync(
      until(() =>
        access(folder).then(
          () => false,
          () => true,
        ),
      ),
    );
  });
}
