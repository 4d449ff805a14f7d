import test from 'ava';
import { blocksOf, codeOf, headingsOf, pairs, withoutBlocks } from '#test/support/documents.ts';

const withoutComments = (block: string) => block.replaceAll(/ +# .*$/gm, '');
/** What a code says in one language only: words, and what is named in Chinese. */
const isSpoken = (code: string) => /\p{Script=Han}/u.test(code) || code === 'name:base64 of 32 bytes';

test('there is a pair of each text that somebody who runs or integrates it reads', (t) => {
  const names = [
    'backup',
    'demo',
    'enterprises',
    'go-live',
    'hosts',
    'oidc',
    'operation',
    'pages',
    'runbook',
    'stores',
    'upgrade',
    'variables',
  ];
  t.deepEqual(
    pairs.map(({ file }) => file),
    ['README.md', ...names.map((name) => `docs/${name}.md`), 'simulator/README.md'],
  );
});

for (const { file, english, chinese } of pairs) {
  test(`${file} and its Chinese twin have the same headings, in order and level`, (t) => {
    t.true(headingsOf(english).length > 0);
    t.deepEqual(
      headingsOf(chinese).map(({ level }) => level),
      headingsOf(english).map(({ level }) => level),
    );
  });

  test(`${file} and its Chinese twin give the same commands and samples`, (t) => {
    for (const language of ['sh', 'ts', 'json']) {
      t.deepEqual(
        blocksOf(chinese, language).map(withoutComments),
        blocksOf(english, language).map(withoutComments),
        language,
      );
    }
    t.is(blocksOf(chinese, 'mermaid').length, blocksOf(english, 'mermaid').length);
  });

  test(`${file} and its Chinese twin name the same variables, metrics, members and requests`, (t) => {
    const names = (text: string) => [...new Set(codeOf(text).filter((code) => !isSpoken(code)))].toSorted();
    t.deepEqual(names(chinese), names(english));
  });

  test(`${file} and its Chinese twin have the same lists, rows and links`, (t) => {
    for (const pattern of [/^ *\|/gm, /^ *\d\. /gm, /^ *- /gm]) {
      const count = (text: string) => withoutBlocks(text).match(pattern)?.length;
      t.is(count(chinese), count(english), String(pattern));
    }
    const targets = (text: string) =>
      Array.from(withoutBlocks(text).matchAll(/\]\(([^)#]+)|src="([^"]+)"/g), ([, link, image]) =>
        (link ?? image ?? '').replace('.zh-CN.', '.').replace('.en.', '.'),
      ).toSorted();
    t.deepEqual(targets(chinese), targets(english));
  });
}
