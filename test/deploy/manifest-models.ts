import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { root } from '#test/support/documents.ts';
import type { Manifest } from './manifests.ts';

const packages: Readonly<Record<string, string>> = {
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

/** Where the model of a manifest is, such as `kubernetes-models/apps/v1`. */
function moduleOf({ apiVersion }: Manifest): string {
  const [group = ''] = apiVersion.split('/');
  return `${packages[group] ?? 'kubernetes-models'}/${apiVersion}`;
}

/** What the API server, or an operator's CRD, would refuse of values, one after the other; of names it knows nothing. */
export async function faultsOf(manifest: Manifest): Promise<string | undefined> {
  const models = (await import(moduleOf(manifest))) as Record<
    string,
    new (
      data: object,
    ) => { validate(): void }
  >;
  const Model = models[manifest.kind];
  if (Model === undefined) return `no model of ${manifest.apiVersion} ${manifest.kind}`;
  try {
    new Model(manifest).validate();
    return undefined;
  } catch (error) {
    return `${manifest.kind} ${manifest.metadata.name}: ${(error as Error).message}`;
  }
}

/**
 * What the types of the models say: the compiler refuses a name that a type does not have, which the models themselves take. Lines as
 * the compiler prints them; none when it is content.
 */
export async function compileErrorsOf(manifests: readonly Manifest[]): Promise<string[]> {
  const cache = path.join(root, '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, 'manifests-'));
  try {
    const lines = manifests.flatMap((manifest, at) => [
      `import type { I${manifest.kind} as Kind${at} } from '${moduleOf(manifest)}';`,
      `export const manifest${at}: Kind${at} = ${JSON.stringify(manifest)};`,
    ]);
    await writeFile(path.join(folder, 'manifests.mts'), lines.join('\n'));
    const compilerOptions = {
      ...{ noEmit: true, strict: true, skipLibCheck: true, types: [] },
      ...{ target: 'es2024', module: 'nodenext' },
    };
    await writeFile(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['manifests.mts'] }),
    );
    const { stdout } = await execa('tsc', ['-p', folder, '--pretty', 'false'], {
      preferLocal: true,
      localDir: root,
      reject: false,
    });
    return stdout.split('\n').filter((line) => line !== '');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
