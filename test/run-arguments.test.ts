import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { ArgumentError, readArguments } from './run-arguments.ts';

const run = (...args: string[]) =>
  execa(process.execPath, [path.join(import.meta.dirname, 'run.ts'), ...args], { reject: false });

test('--help tells how to run one file, and the topologies, and is no failure', async (t) => {
  const { exitCode, stdout, stderr } = await run('--help');
  t.is(exitCode, 0);
  t.regex(stdout, /test\/config\.test\.ts +one file/);
  t.regex(stdout, /--topology .*cluster, replica, replica-set/);
  t.notRegex(stdout + stderr, /passed|failed/);
});

test('an option that there is not is refused with those that there are, before anything runs', async (t) => {
  const { exitCode, stdout, stderr } = await run('--topolgy', 'cluster');
  t.is(exitCode, 1);
  t.is(stdout, '0 passed, 1 failed');
  t.regex(stderr, /^Unknown option '--topolgy'\.\n[\s\S]*--topology NAME/);
});

test('what is not ours goes on to AVA', (t) => {
  t.deepEqual(readArguments(['a.test.ts', '--match', 'x*', '-s']).forAva, [
    'a.test.ts',
    '--match',
    'x*',
    '-s',
  ]);
  t.like(readArguments(['a.test.ts']), { config: 'test/ava.config.js', files: ['a.test.ts'] });
  t.like(readArguments(['--outside', '--serial']), {
    config: 'test/ava.outside.config.js',
    files: ['test/outside/**'],
    forAva: ['--serial'],
  });
  const { topology, forAva } = readArguments(['--topology=cluster', '--fail-fast']);
  t.deepEqual([topology, forAva], [{ redis: 'cluster' }, ['--fail-fast', 'test/system/**']]);
  t.deepEqual(readArguments(['--topology', 'replica', 'b.test.ts']).forAva, ['b.test.ts']);
  t.throws(() => readArguments(['--topology', 'ring']), {
    instanceOf: ArgumentError,
    message: /one of cluster/,
  });
});
