import { readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';

const docs = path.join(import.meta.dirname, '../docs');
const text = await readFile(path.join(docs, 'security.md'), 'utf8');

const verdicts = ['met', 'partly met', 'not met', 'not applicable', 'the host’s part', 'the operator’s part'];
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, item = '']) => item !== 'item' && !/^-+$/.test(item))
  .map(([, item = '', verdict = '', how = '', shown = '']) => ({ item, verdict, how, shown }));

/** A list of titles in quotes, and the file that has them all. */
function namedTests(shown: string) {
  return shown.split('; ').map((part) => ({
    titles: Array.from(part.matchAll(/“([^”]+)”/g), ([, title = '']) => title),
    file: /\]\(\.\.\/(test\/[^)]+\.test\.ts)\)/.exec(part)?.[1] ?? '',
  }));
}

test('every row says in one of a few words how it stands, and why', (t) => {
  t.true(rows.length > 50);
  for (const { item, verdict, how } of rows) {
    t.true(verdicts.includes(verdict), `${item}: ${verdict}`);
    t.true(how.length > 10, item);
  }
});

test('what is met names a test', (t) => {
  for (const { item, verdict, shown } of rows) {
    if (verdict !== 'met') continue;
    for (const { titles, file } of namedTests(shown)) t.true(titles.length > 0 && file !== '', item);
  }
});

test('every test that is named is there, under that title', async (t) => {
  for (const { item, shown } of rows) {
    if (shown === '—') continue;
    for (const { titles, file } of namedTests(shown)) {
      const source = await readFile(path.join(docs, '..', file), 'utf8');
      for (const title of titles) t.true(source.includes(title), `${item}: “${title}” in ${file}`);
    }
  }
});

test('every file that is named is there', async (t) => {
  for (const [, file = ''] of text.matchAll(/\]\((?!https:)([^)]+)\)/g)) {
    await t.notThrowsAsync(readFile(path.join(docs, file)), file);
  }
});

test('it is said that WeChat offers neither PKCE nor a nonce', (t) => {
  t.regex(text, /neither PKCE nor a nonce/);
});
