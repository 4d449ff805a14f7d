import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import packageJson from '#package.json' with { type: 'json' };

const root = path.join(import.meta.dirname, '..');
const read = (file: string) => readFile(path.join(root, file), 'utf8');

test('package.json, the lock and the changelog agree on the version', async (t) => {
  const lock = JSON.parse(await read('package-lock.json'));
  const releases = Array.from((await read('CHANGELOG.md')).matchAll(/^## (.+)$/gm), ([, title]) => title);
  t.is(lock.version, packageJson.version);
  t.is(lock.packages[''].version, packageJson.version);
  t.is(releases[0], 'Unreleased');
  t.regex(releases[1] ?? '', new RegExp(`^${packageJson.version} - \\d{4}-\\d{2}-\\d{2}$`));
});

test('a release says how to upgrade from the one before', async (t) => {
  const [, ...releases] = (await read('CHANGELOG.md')).split(/^## (?=\d)/m);
  for (const [at, text] of releases.entries()) {
    const before = releases[at + 1]?.split(' ', 1)[0];
    if (before !== undefined) t.true(text.includes(`### Upgrading from ${before}\n`), before);
  }
});

test('each release has a section on how one comes from it to the next', async (t) => {
  const releases = Array.from((await read('CHANGELOG.md')).matchAll(/^## (\d\S+)/gm), ([, name]) => name);
  for (const [file, heading] of [
    ['docs/upgrade.md', /^## From (\S+)$/gm],
    ['docs/upgrade.zh-CN.md', /^## 从 (\S+) 升级$/gm],
  ] as const)
    t.deepEqual(
      Array.from((await read(file)).matchAll(heading), ([, name]) => name),
      releases,
      file,
    );
});

test('every decision has a status and a date, and a line in the index', async (t) => {
  const index = await read('docs/adr/README.md');
  const listed = Array.from(index.matchAll(/\]\((\d{4}-[\w-]+\.md)\)/g), ([, file = '']) => file);
  const there: string[] = [];
  for await (const file of glob('docs/adr/[0-9]*.md', { cwd: root })) there.push(file);
  t.deepEqual(listed, there.map((file) => path.basename(file)).toSorted());
  for (const file of there) {
    t.regex(
      await read(file),
      /^# \d+\. .+\n\nStatus: (proposed|accepted|superseded by .+), \d{4}-\d{2}-\d{2}/,
      file,
    );
  }
});
