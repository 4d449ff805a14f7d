import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { startSimulator } from '#simulator/start-simulator.ts';
import { until } from '#test/support/until.ts';

const main = path.join(import.meta.dirname, '../../simulator/main.ts');

function start(env: Record<string, string>) {
  return execa(process.execPath, [main], {
    env: { SIMULATOR_PORT: '0', ...env },
    reject: false,
    timeout: 30_000,
  });
}

test('the program tells its addresses, serves the seeded accounts, and ends on SIGTERM', async (t) => {
  const accounts = JSON.stringify({ wx1: 'one', wx2: { secret: 'two', name: '第二' } });
  const program = start({ SIMULATOR_ACCOUNTS: accounts });
  let told = '';
  program.stdout.on('data', (chunk) => {
    told += chunk;
  });
  const url = await until(() => /WECHAT_API_URL=(\S+)/.exec(told)?.[1], { timeoutMs: 20_000 });
  const { accounts: served } = (await (await fetch(`${url}/_simulator/accounts`)).json()) as {
    accounts: object[];
  };
  t.like(served, [{ appid: 'wx1' }, { appid: 'wx2', name: '第二' }]);
  program.kill('SIGTERM');
  t.is((await program).exitCode, 0);
  t.false(told.includes('one,') || told.includes('two,'));
});

test('wrong variables stop the start with one message that names them', async (t) => {
  const { exitCode, stderr } = await start({ SIMULATOR_ACCOUNTS: '{nonsense', SIMULATOR_PORT: 'ninety' });
  t.is(exitCode, 1);
  t.regex(stderr, /SIMULATOR_PORT/);
  t.regex(stderr, /SIMULATOR_ACCOUNTS/);
});

test('a port in use is told', async (t) => {
  const simulator = await startSimulator();
  t.teardown(simulator.close);
  const { exitCode, stderr } = await start({ SIMULATOR_PORT: new URL(simulator.url).port });
  t.is(exitCode, 1);
  t.regex(stderr, /is in use/);
});
