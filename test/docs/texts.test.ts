import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { documents, headingsOf, readDocument, root, withoutBlocks } from '#test/support/documents.ts';

const longestLine = 160;

for (const file of documents) {
  test(`${file} has no line that a reader has to scroll for, but in tables`, async (t) => {
    const long = (await readDocument(file))
      .split('\n')
      .filter((line) => line.length > longestLine && !line.trimStart().startsWith('|'));
    t.deepEqual(long, []);
  });

  test(`${file} links and shows only what is there, and pictures stay small`, async (t) => {
    const links = withoutBlocks(await readDocument(file)).matchAll(
      /\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)|src="([^"]+)"/g,
    );
    for (const [, link, anchor, image] of links) {
      const target = path.join(root, path.dirname(file), link ?? image ?? '');
      const there = link === '' ? path.join(root, file) : target;
      const { size } = await stat(there);
      if (image !== undefined) t.true(size < 60_000, image);
      if (anchor === undefined) continue;
      const anchors = headingsOf(await readFile(there, 'utf8')).map((heading) => heading.anchor);
      t.true(anchors.includes(anchor), `${link}#${anchor}, of ${anchors.join(', ')}`);
    }
    t.pass();
  });
}
