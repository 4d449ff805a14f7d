import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { environment } from '#config';
import { root } from '#test/support/documents.ts';

const units = (await readdir(path.join(root, 'deploy/systemd'))).map((name) => `deploy/systemd/${name}`);

test('there is a unit of each role', (t) => {
  t.deepEqual(units.map((file) => path.basename(file)).toSorted(), [
    'wechat-login-ingress@.service',
    'wechat-login-workers@.service',
  ]);
});

for (const file of units) {
  test(`${file} starts what there is, as nobody in particular, and gives it time to end`, async (t) => {
    const text = await readFile(path.join(root, file), 'utf8');
    const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? '';
    const [env, port = '', node, , preload = '', main = ''] = value('ExecStart').split(' ');
    t.deepEqual([env, node], ['/usr/bin/env', '/usr/bin/node']);
    // Else a port in one of the files would be that of all.
    const [portName = '', portValue] = port.split('=');
    t.true(portName in environment.shape && portValue === '%i', port);
    for (const started of [preload, main]) t.true(existsSync(path.join(root, started)), started);
    const set = value('Environment')
      .split(' ')
      .map((pair) => pair.split('=')[0] ?? '');
    for (const name of set) t.true(name === 'NODE_ENV' || name in environment.shape, name);
    t.is(value('DynamicUser'), 'yes');
    t.is(value('NoNewPrivileges'), 'yes');
    t.is(value('CapabilityBoundingSet'), '');
    // README: gone within 12 s.
    t.true(Number(value('TimeoutStopSec')) > 12);
    t.true(/^EnvironmentFile=\/etc\/wechat-login\/env$/m.test(text));
  });
}

// It also looks for the program that a unit starts.
const canVerify = ['/usr/bin/systemd-analyze', '/usr/bin/node'].every((file) => existsSync(file));
(canVerify ? test : test.skip)('systemd finds nothing wrong with the units', async (t) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'units-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  for (const file of units) {
    const instance = path.join(folder, path.basename(file).replace('@', '@8090'));
    await copyFile(path.join(root, file), instance);
    const { exitCode, all } = await execa('systemd-analyze', ['verify', '--man=no', instance], {
      all: true,
      reject: false,
      timeout: 60_000,
    });
    t.is(exitCode, 0, all);
    t.is(all, '');
  }
});
