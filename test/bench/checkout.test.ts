import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { checkCheckout, commandOf, hasOneProcess, thisCheckout } from '#bench/subjects/checkout.ts';

async function makeCheckout(t: ExecutionContext, scripts: Record<string, string>): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'bench-checkout-'));
  t.teardown(() => rm(root, { recursive: true, force: true }));
  for (const role of ['ingress', 'workers']) {
    await mkdir(path.join(root, role));
    await writeFile(path.join(root, role, 'main.ts'), '');
  }
  await writeFile(path.join(root, 'package.json'), JSON.stringify({ scripts }));
  return root;
}
const scripts = {
  'start:ingress': 'node ingress/main.ts',
  'start:workers': 'exec node --flag workers/main.ts',
};

test('this tree can be compared', (t) => {
  t.notThrows(() => checkCheckout(thisCheckout));
});

test('a checkout that is not installed is told how to be', async (t) => {
  const root = await makeCheckout(t, scripts);
  t.throws(() => checkCheckout(root), { message: /has no node_modules.*node install\.mjs/ });
  await mkdir(path.join(root, 'node_modules/bullmq'), { recursive: true });
  t.notThrows(() => checkCheckout(root));
});

test('a folder of something else is refused', (t) => {
  t.throws(() => checkCheckout(tmpdir()), { message: /is no checkout of this service/ });
});

test("a tree is started from its own folder, with its own Node and its own script's flags", async (t) => {
  const root = await makeCheckout(t, scripts);
  const { args, cwd, env } = commandOf(root, 'workers');
  t.deepEqual(args, ['-c', 'exec node --flag workers/main.ts']);
  t.is(cwd, root);
  t.true(env.PATH.startsWith(path.join(root, 'node_modules/.bin')));
  // Older releases have no exec: the shell would be measured in Node's place.
  t.deepEqual(commandOf(root, 'ingress').args, ['-c', 'exec node ingress/main.ts']);
});

test('both roles in one process run where there is a script for it', async (t) => {
  t.false(hasOneProcess(await makeCheckout(t, scripts)));
  const root = await makeCheckout(t, { ...scripts, start: 'exec node --flag main.ts' });
  t.true(hasOneProcess(root));
  t.deepEqual(commandOf(root, 'both').args, ['-c', 'exec node --flag main.ts']);
});
