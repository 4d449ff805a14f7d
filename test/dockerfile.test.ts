import { glob, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import test from 'ava';
import packageJson from '#package.json' with { type: 'json' };

const root = path.join(import.meta.dirname, '..');
const dockerfile = await readFile(path.join(root, 'Dockerfile'), 'utf8');
const copied = Array.from(dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm), ([, sources = '']) =>
  sources.split(' '),
).flat();
const folders = copied.filter((source) => !source.includes('.'));

/** What the shipped code imports: packages, and `#` walls it crosses. */
async function importedNames(): Promise<Set<string>> {
  const names = new Set<string>();
  for await (const file of glob(`{config.ts,main.ts,{${folders.join(',')}}/**/*.ts}`, { cwd: root })) {
    const source = await readFile(path.join(root, file), 'utf8');
    for (const [, name = ''] of source.matchAll(/(?:\bfrom\s*|\bimport\(\s*|^import\s*)'([^'.\n][^'\n]*)'/gm))
      names.add(name);
  }
  return names;
}

test('the image has every folder that its code imports from', async (t) => {
  t.true(folders.length > 3);
  const walls = [...(await importedNames())].filter((name) => name.startsWith('#'));
  const missing = walls
    .map((name) => (name === '#config' ? 'config.ts' : (name.slice(1).split('/', 1)[0] ?? '')))
    .filter((source) => !copied.includes(source));
  t.deepEqual(missing, []);
});

test('the image has every package that its code imports: none is a development dependency', async (t) => {
  const packages = [...(await importedNames())]
    .filter((name) => !name.startsWith('#') && !isBuiltin(name))
    .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
  t.true(packages.includes('bullmq'));
  const isShipped = (name: string) => name in packageJson.dependencies;
  t.deepEqual(
    [...new Set(packages)].filter((name) => !isShipped(name)),
    [],
  );
});

test('the build sees what it copies and nothing else', async (t) => {
  const ignore = await readFile(path.join(root, '.dockerignore'), 'utf8');
  const rules = ignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  t.is(rules[0], '*');
  // What `npm pack` made of the simulator; the image runs its sources.
  const made = 'simulator/dist';
  t.deepEqual(new Set(rules.slice(1)), new Set([...copied.map((source) => `!${source}`), made]));
});

test('the image runs Node 24 as somebody who is not root, and asks the process how it is', (t) => {
  const [, version] = /^FROM node:(\d+)\.\d+\.\d+-slim AS base$/m.exec(dockerfile) ?? [];
  t.is(version, '24');
  t.true(dockerfile.lastIndexOf('\nUSER node\n') > dockerfile.lastIndexOf('\nCOPY '));
  t.regex(dockerfile, /^HEALTHCHECK [\s\S]*\/healthz/m);
});

test('nothing of the simulator is in the image of the service, and no install script runs', (t) => {
  const stages = dockerfile.split(/^FROM /m).slice(1);
  const [last = ''] = stages.slice(-1);
  t.regex(last, /^base AS service$/m);
  t.notRegex(last, /simulator/);
  t.notRegex(stages.find((stage) => stage.includes(' AS base')) ?? 'simulator', /simulator/);
  t.regex(stages.find((stage) => stage.startsWith('base AS simulator')) ?? '', /^COPY simulator /m);
  for (const [install] of dockerfile.matchAll(/^RUN npm .*$/gm)) t.regex(install, /--ignore-scripts/);
});

test('the Node that the lock brings along is Node 24, of one version, with its digest for each system', async (t) => {
  const lock = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8'));
  const brought = Object.entries(packageJson.optionalDependencies).filter(([name]) =>
    name.startsWith('node-'),
  );
  t.true(brought.length > 2);
  t.is(new Set(brought.map(([, version]) => version)).size, 1);
  for (const [name, version] of brought) {
    t.regex(version, /^24\./);
    t.like(lock.packages[`node_modules/${name}`], { version, optional: true }, name);
    t.regex(lock.packages[`node_modules/${name}`].integrity, /^sha512-/, name);
  }
  t.false('node_modules/node' in lock.packages, 'a package whose script fetches another one, past the lock');
  t.regex(dockerfile, new RegExp(`^FROM node:${brought[0]?.[1]}-slim AS base$`, 'm'));
});
