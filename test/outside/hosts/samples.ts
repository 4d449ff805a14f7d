import path from 'node:path';
import { execa } from 'execa';
import { root } from '#test/support/documents.ts';

/** Where a sample is run: `folder` is its own and empty. */
type Place = { readonly file: string; readonly folder: string; readonly port: number };
export type HostSample = {
  readonly file: string;
  /** Programs that must be on PATH. */
  readonly programs: readonly string[];
  /** Files that must be there, too. */
  readonly files?: readonly string[];
  /** Builds the sample where it must be built; answers the command that runs it. */
  readonly command: (place: Place) => Promise<readonly [string, ...string[]]>;
};

export const sampleFile = (name: string) => path.join(root, 'docs/hosts/samples', name);

/** Debian's, package libgoogle-gson-java. */
const gson = process.env['GSON_JAR'] || '/usr/share/java/gson.jar';

/** The hosts of docs/hosts, by the name of their page. */
export const hostSamples = {
  node: { file: 'host.mjs', programs: [], command: async ({ file }) => [process.execPath, file] },
  python: { file: 'host.py', programs: ['python3'], command: async ({ file }) => ['python3', file] },
  go: {
    file: 'host.go',
    programs: ['go'],
    async command({ file, folder }) {
      // `go run` would leave what it built and started behind.
      const built = path.join(folder, 'host');
      await execa('go', ['build', '-o', built, file], { cwd: folder });
      return [built];
    },
  },
  java: {
    file: 'Host.java',
    programs: ['java'],
    files: [gson],
    command: async ({ file }) => ['java', '-cp', gson, file],
  },
  php: {
    file: 'host.php',
    programs: ['php'],
    // Sessions where nobody else has any.
    command: async ({ file, folder, port }) => [
      'php',
      '-d',
      `session.save_path=${folder}`,
      '-S',
      `127.0.0.1:${port}`,
      file,
    ],
  },
} as const satisfies Record<string, HostSample>;
