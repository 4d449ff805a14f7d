import { readdir } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { blocksOf, bothLanguages, readDocument, root } from '#test/support/documents.ts';

/** The page of a language, the sample that it shows, and how a fence calls the language. */
const pages = [
  ['curl.md', 'login.sh', 'sh'],
  ['node.md', 'host.mjs', 'js'],
  ['python.md', 'host.py', 'python'],
  ['go.md', 'host.go', 'go'],
  ['java.md', 'Host.java', 'java'],
  ['php.md', 'host.php', 'php'],
] as const;

for (const [page, sample, fence] of pages) {
  test(`docs/hosts/${page} shows ${sample} as it is run`, async (t) => {
    const code = blocksOf(await readDocument(`docs/hosts/${page}`), fence).at(-1);
    t.is(code, await readDocument(`docs/hosts/samples/${sample}`));
  });
}

test('every page and every sample is one of these, and the overview leads to each', async (t) => {
  const inFolder = (folder: string) => readdir(path.join(root, folder));
  const names = (await inFolder('docs/hosts')).filter((name) => name.endsWith('.md'));
  t.deepEqual(names.toSorted(), pages.map(([page]) => page as string).toSorted());
  t.deepEqual(
    (await inFolder('docs/hosts/samples')).toSorted(),
    pages.map(([, sample]) => sample as string).toSorted(),
  );
  for (const { file } of bothLanguages('docs/hosts.md'))
    for (const [page] of pages) t.true((await readDocument(file)).includes(`](hosts/${page})`), page);
});
