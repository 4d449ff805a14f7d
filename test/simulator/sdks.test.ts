import { readFile } from 'node:fs/promises';
import test from 'ava';
import { logInWith } from '#test/outside/sdks/log-in-with.ts';
import { coWechatOauth, sdkFile, sdks } from '#test/outside/sdks/sdks.ts';
import { blocksOf, readDocument } from '#test/support/documents.ts';

const page = await readDocument('simulator/sdks.md');

test(`${coWechatOauth.name} logs in against the simulator`, async (t) =>
  logInWith(t, await coWechatOauth.command('')));

test('the page has the SDKs that are run, in their versions', async (t) => {
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  t.deepEqual(
    rows.slice(2),
    sdks.map(({ name, language, version, way, tells }) => [name, language, version, way, tells]),
  );
  for (const { name, version, files } of sdks) {
    if (files.pinned) t.true((await readFile(sdkFile(files.pinned), 'utf8')).includes(version), name);
  }
});

test('what the page shows of each is what is run', async (t) => {
  const dense = (text: string) => text.replaceAll(/^\s+/gm, '');
  const programs = await Promise.all(sdks.map(({ files }) => readFile(sdkFile(files.program), 'utf8')));
  const blocks = ['js', 'go', 'python', 'java'].flatMap((language) => blocksOf(page, language)).map(dense);
  t.is(blocks.length, page.match(/^```\w/gm)?.length ?? 0);
  for (const block of blocks)
    t.true(
      programs.map(dense).some((program) => program.includes(block)),
      block,
    );
  for (const program of programs.map(dense))
    t.true(
      blocks.some((block) => program.includes(block)),
      program,
    );
});
