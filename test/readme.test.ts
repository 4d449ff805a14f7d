import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import packageJson from '#package.json' with { type: 'json' };
import { blocksOf, bothLanguages, readDocument, root } from '#test/support/documents.ts';

for (const { file } of bothLanguages('README.md')) {
  test(`${file} can be read in one go, and its first screen is a sentence, a picture and two commands`, async (t) => {
    const text = await readDocument(file);
    t.true(text.split('\n').length <= 151);
    const [first = ''] = text.split(/^## /m);
    t.regex(first, /```mermaid\n[\s\S]+```sh\nnpm run demo .*\nnpm test .*\n```/);
    t.true(first.split('\n').length < 35);
  });

  test(`${file} tells every script`, async (t) => {
    const told = blocksOf(await readDocument(file), 'sh').join('');
    const scripts = Object.keys(packageJson.scripts).filter((name) => !name.startsWith('pre'));
    t.deepEqual(
      scripts.filter((name) => !new RegExp(`npm (run )?${name}( |\n|;|；)`).test(told)),
      [],
    );
  });

  test(`${file} leads to every room that there is`, async (t) => {
    const text = await readDocument(file);
    const entries = await readdir(root, { withFileTypes: true });
    const folders = entries
      .filter((entry) => entry.isDirectory() && !/^(\.|node_modules|docs)/.test(entry.name))
      .map(({ name }) => name);
    for (const folder of folders) t.true(text.includes(`\`${folder}/\``), folder);
    for (const [, room = '', rest = ''] of text.matchAll(/^- `(\w+)\/`[:：]((?:.+\n(?! *-))*.+)$/gm)) {
      for (const [, inside = ''] of rest.matchAll(/`([\w/]+)\/`/g)) {
        const place = folders.includes(inside.split('/')[0] ?? '') ? inside : path.join(room, inside);
        await t.notThrowsAsync(stat(path.join(root, place)), place);
      }
    }
  });

  test(`${file} gives the number of the benchmark that is kept`, async (t) => {
    const { rows } = JSON.parse(await readDocument('docs/performance/bench.json')) as {
      rows: { row: string; subject: string; callback: { p99: number } }[];
    };
    const [us = 0, ...peers] = ['us', 'peer A', 'peer B'].map(
      (subject) =>
        rows.find((row) => row.row === 'open-200' && row.subject.startsWith(subject))?.callback.p99,
    );
    const [, told] = /\*\*(\d+) (?:ms|毫秒)\*\*/.exec(await readDocument(file)) ?? [];
    t.is(Number(told), Math.round(us));
    // “Twelve times as long”.
    for (const peer of peers) t.is(Math.floor((peer ?? 0) / us), 12);
  });
}
