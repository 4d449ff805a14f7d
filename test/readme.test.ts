import { glob, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { environment } from '#config';
import { demoSettings } from '#demo/settings.ts';
import packageJson from '#package.json' with { type: 'json' };

const root = path.join(import.meta.dirname, '..');
const files = ['README.md', 'README.zh-CN.md'] as const;
const read = (file: string) => readFile(path.join(root, file), 'utf8');
const [english, chinese] = (await Promise.all(files.map(read))) as [string, string];
const readmes = [
  { file: files[0], text: english, required: 'required', none: 'none' },
  { file: files[1], text: chinese, required: '必填', none: '无' },
];

/** Fenced blocks of one language, without the indentation of a list that holds them. */
function blocksOf(text: string, language: string): string[] {
  return Array.from(
    text.matchAll(/^( *)```(\w+)\n(.*?)^\1```$/gms),
    ([, indent = '', found = '', block = '']) => ({
      found,
      block: block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  )
    .filter(({ found }) => found === language)
    .map(({ block }) => block);
}

for (const { file, text, required, none } of readmes) {
  test(`${file} lists every variable with its default`, (t) => {
    const rows = Array.from(text.matchAll(/^\| `([A-Z_]+)` +\| (.+?) +\|/gm), ([, name, given]) => [
      name,
      given,
    ]);
    const actual = Object.entries(environment.shape).map(([name, schema]) => {
      const { data, success } = schema.safeParse(undefined);
      if (success && String(data ?? '') === '') return [name, none];
      return [name, success ? `\`${data === false ? '0' : data}\`` : required];
    });
    t.deepEqual(Object.fromEntries(rows), Object.fromEntries(actual));
  });

  test(`${file} shows the code that the demo's host runs`, async (t) => {
    const code = await read('demo/wechat-login.ts');
    t.deepEqual(blocksOf(text, 'ts'), [code]);
  });

  test(`${file} links and shows only what is there, and pictures stay small`, async (t) => {
    const targets = Array.from(
      text.matchAll(/\]\((?!https?:|#)([^)#]+)|src="([^"]+)"/g),
      ([, link, image]) => link ?? image ?? '',
    );
    for (const target of targets) {
      const { size } = await stat(path.join(root, target));
      if (target.endsWith('.png')) t.true(size < 60_000, target);
    }
    t.true(targets.length > 8);
  });

  test(`${file} names only scripts, metrics and settings that exist`, async (t) => {
    const scripts = Array.from(text.matchAll(/npm run ([\w:]+)/g), ([, name = '']) => name);
    t.deepEqual(
      scripts.filter((name) => !(name in packageJson.scripts)),
      [],
    );

    let source = '';
    for await (const one of glob('{ingress,workers,operations}/**/*metrics.ts', { cwd: root }))
      source += await read(one);
    const metrics = text.match(/\bwechat_[a-z_]+/g)?.filter((name) => name !== 'wechat_login') ?? [];
    t.true(metrics.length > 8);
    t.deepEqual(
      metrics.filter((name) => !source.includes(`'${name}'`)),
      [],
    );

    const settings = text.match(/\bDEMO_[A-Z_]+/g) ?? [];
    t.deepEqual(
      settings.filter((name) => !(name in demoSettings.shape)),
      [],
    );
  });
}

test('both READMEs have the same chapters, commands and rows', (t) => {
  for (const language of ['sh', 'nginx', 'ts']) {
    const withoutComments = (text: string) =>
      blocksOf(text, language).map((block) => block.replaceAll(/ +# .*$/gm, ''));
    t.deepEqual(withoutComments(chinese), withoutComments(english), language);
  }
  const count = (text: string, pattern: RegExp) => text.match(pattern)?.length;
  for (const pattern of [/^#+ /gm, /^\|/gm, /^\d\. /gm, /^- /gm, /```mermaid/g]) {
    t.is(count(chinese, pattern), count(english, pattern), String(pattern));
  }
  const firstCells = (text: string) => Array.from(text.matchAll(/^\| (`[^|]+?`) *\|/gm), ([, cell]) => cell);
  t.deepEqual(
    firstCells(chinese).filter((cell) => !/ 或 /.test(cell ?? '')),
    firstCells(english).filter((cell) => !/ or /.test(cell ?? '')),
  );
});

test('the first screen is a sentence, a picture and two commands', (t) => {
  for (const { text } of readmes) {
    const [first = ''] = text.split(/^## /m);
    t.regex(first, /```mermaid\n[\s\S]+```sh\nnpm run demo .*\nnpm test .*\n```/);
    t.true(first.split('\n').length < 35);
  }
});
