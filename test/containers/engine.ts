import { execa } from 'execa';
import type { Say } from '#dev-stores/find-binary.ts';
import { buildImages } from './debian-images.ts';
import { openOwnDaemon } from './own-daemon.ts';

/** What runs containers here. */
export type Engine = AsyncDisposable & {
  /** For people. */
  readonly name: string;
  /** What comes before the arguments of docker. */
  readonly command: readonly [string, ...string[]];
  /** Added to what builds an image: Compose files. */
  readonly buildFiles: readonly string[];
};

/**
 * The Docker of this machine; where none answers, one of our own for the length of this run. That one fetches no images: those
 * that the Dockerfile and the compose file name are made for it from packages of Debian, PyPI and npm, under the same names.
 *
 * @throws where there is neither: without root on Debian
 */
export async function openEngine(say: Say): Promise<Engine> {
  const { stdout, failed } = await execa('docker', ['version', '--format', '{{.Server.Version}}'], {
    reject: false,
    stdin: 'ignore',
    timeout: 30_000,
  });
  if (!failed) {
    const command = ['docker'] as const;
    return { name: `Docker ${stdout}`, command, buildFiles: [], async [Symbol.asyncDispose]() {} };
  }
  await using opening = new AsyncDisposableStack();
  const daemon = opening.use(await openOwnDaemon(say));
  await buildImages(daemon.command, say);
  opening.move();
  return daemon;
}
