import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { freePort } from '#dev-stores/free-port.ts';
import { isAlive } from '#test/dev-stores/is-alive.ts';
import { descendantsOf } from '#test/support/descendants.ts';
import { startDemo } from '#test/support/start-demo.ts';
import { storeUrl } from '#test/support/store-url.ts';
import { until } from '#test/support/until.ts';
import { withMongo } from '#test/support/with-mongo.ts';
import { withRedis } from '#test/support/with-redis.ts';

// The commands of the README, asked to end as a supervisor asks: by a signal to npm alone, whose shell does not pass it on.
const root = path.join(import.meta.dirname, '../..');
const goneWithinMs = 15_000;
const patience = { timeoutMs: 60_000 };

function run(t: ExecutionContext, script: string, env: Record<string, string>) {
  const child = execa('npm', ['run', script, '--ignore-scripts'], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    stderr: 'ignore',
    detached: true,
    forceKillAfterDelay: false,
  });
  t.teardown(() => child.kill('SIGKILL'));
  const said: string[] = [];
  createInterface(child.stdout).on('line', (line) => {
    if (line.startsWith('{')) said.push((JSON.parse(line) as { msg: string }).msg);
  });
  // Not the child itself: whoever awaits it awaits its end.
  return { pid: child.pid ?? 0, said: () => said, kill: (signal: NodeJS.Signals) => child.kill(signal) };
}

function endAll(pids: readonly number[]): void {
  for (const pid of pids.filter(isAlive)) process.kill(pid, 'SIGKILL');
}

async function answerOf(url: string): Promise<number | 'gone'> {
  return fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    async (answer) => {
      await answer.body?.cancel();
      return answer.status;
    },
    () => 'gone',
  );
}

for (const [script, whom] of [
  ['start', 'npm'],
  ['start:ingress', 'npm'],
  ['start:workers', 'npm'],
  ['simulator', 'npm'],
  // As a terminal, a supervisor or `timeout` does; npm passes it on besides.
  ['start:ingress', 'the process group of npm'],
  ['start:workers', 'the process group of npm'],
] as const) {
  test(`SIGTERM to ${whom} run ${script} ends its process, and /readyz has said so before`, async (t) => {
    const { prefix } = withRedis(t);
    const ports = [await freePort(), await freePort(), await freePort()].map(String);
    const [port = '', publicPort = '', workerPort = ''] = ports;
    const child = run(t, script, {
      REDIS_URL: storeUrl('TEST_REDIS_URL'),
      REDIS_PREFIX: prefix,
      MONGO_URL: withMongo(t).url,
      SECRET_KEYS: `k:${randomBytes(32).toString('base64')}`,
      ADMIN_TOKEN: randomBytes(16).toString('hex'),
      ADMIN_PORT: port,
      WORKER_ADMIN_PORT: script === 'start' ? workerPort : port,
      SIMULATOR_PORT: port,
      PORT: publicPort,
    });
    const isSimulator = script === 'simulator';
    const url = `http://127.0.0.1:${port}${isSimulator ? '/' : '/readyz'}`;
    await until(async () => (await answerOf(url)) === 200, patience);
    const processes = await descendantsOf(child.pid);
    t.true(processes.length > 0);
    t.teardown(() => endAll(processes));

    const begun = performance.now();
    if (whom === 'npm') child.kill('SIGTERM');
    else process.kill(-child.pid, 'SIGTERM');
    const answers: (number | 'gone')[] = [];
    await until(async () => answers[answers.push(await answerOf(url)) - 1] === 'gone', patience);
    await until(() => processes.every((pid) => !isAlive(pid)), patience);
    const tookMs = performance.now() - begun;
    t.true(tookMs < goneWithinMs, `${tookMs} ms`);
    t.is(await answerOf(url), 'gone', 'the port is free');
    if (!isSimulator) t.deepEqual(child.said().at(-1), 'closed', child.said().join('\n'));
    if (script !== 'start:workers' && !isSimulator) {
      t.true(answers.includes(503));
      t.false(answers.slice(answers.indexOf(503)).includes(200));
    }
  });
}

test('SIGTERM to npm run demo ends all that it started', async (t) => {
  const stores = { REDIS_URL: storeUrl('TEST_REDIS_URL'), MONGO_URL: storeUrl('TEST_MONGO_URL') };
  const demo = await startDemo(stores, { byNpm: true });
  t.teardown(() => demo.end());
  const processes = await descendantsOf(demo.pid);
  t.teardown(() => endAll(processes));
  const begun = performance.now();
  demo.kill('SIGTERM');
  await until(() => processes.every((pid) => !isAlive(pid)), patience);
  const tookMs = performance.now() - begun;
  t.true(tookMs < goneWithinMs, `${tookMs} ms`);
});
