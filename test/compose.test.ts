import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv } from 'ajv';
import test from 'ava';
import { parse } from 'yaml';
import { environment, loadConfig } from '#config';
import packageJson from '#package.json' with { type: 'json' };
import composeSchema from './fixtures/compose-spec.json' with { type: 'json' };

type ComposeService = {
  image?: string;
  build?: { context: string; target: string };
  command?: string[];
  environment?: Record<string, string | null>;
  ports?: string[];
  profiles?: string[];
  depends_on?: Record<string, { condition: string }>;
  volumes?: string[];
  init?: boolean;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  healthcheck?: { interval?: string };
};

const root = path.join(import.meta.dirname, '..');
const text = await readFile(path.join(root, 'docker-compose.yml'), 'utf8');
const compose = parse(text, { merge: true }) as {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build !== undefined);
const required = Object.entries(environment.shape)
  .filter(([, schema]) => !schema.safeParse(undefined).success)
  .map(([name]) => name);

/** Replaces `${NAME:?why}`, `${NAME:-default}` and null as Compose does. */
function resolve(service: ComposeService | undefined, env: Record<string, string>) {
  const values = Object.entries(service?.environment ?? {}).map(([name, value]) => [
    name,
    value === null
      ? env[name]
      : value.replace(/\$\{(\w+)(:[-?])([^}]*)\}/g, (_, key: string, sort: string, rest: string) => {
          const given = env[key];
          if (!given && sort === ':?') throw new Error(`${key}: ${rest}`);
          return given || rest;
        }),
  ]);
  return Object.fromEntries(values) as Record<string, string | undefined>;
}

test('the file is valid by the schema of the Compose specification', (t) => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const { $schema: _, ...schema } = composeSchema;
  const isValid = ajv.compile(schema);
  t.true(isValid(compose), JSON.stringify(isValid.errors));
  t.false(isValid({ services: { redis: { imagee: 'redis' } } }));
});

test('every variable it sets is one that the process knows', async (t) => {
  const known = new Set(Object.keys(environment.shape));
  const simulator = await readFile(path.join(root, 'simulator/main.ts'), 'utf8');
  const simulatorKnows = new Set(simulator.match(/\bSIMULATOR_[A-Z_]+\b/g));
  for (const [name, { environment: variables = {} }] of services) {
    const unknown = Object.keys(variables).filter(
      (variable) => !(name === 'simulator' ? simulatorKnows : known).has(variable),
    );
    t.deepEqual(unknown, [], name);
  }
});

test('ingress and workers start with what it sets once the two secrets are given', (t) => {
  const secrets = { SECRET_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`, ADMIN_TOKEN: 'x'.repeat(24) };
  for (const name of ['ingress', 'workers']) {
    const variables = resolve(compose.services[name], secrets);
    t.notThrows(() => loadConfig(variables), name);
    t.deepEqual(
      required.filter((variable) => !variables[variable]),
      [],
    );
  }
});

test('it holds no secret: each comes from outside, and its absence is told', (t) => {
  for (const name of ['ingress', 'workers']) {
    t.throws(() => resolve(compose.services[name], { ADMIN_TOKEN: 'x' }), { message: /SECRET_KEYS: set/ });
    t.throws(() => resolve(compose.services[name], { SECRET_KEYS: 'x' }), { message: /ADMIN_TOKEN: set/ });
  }
});

test('every variable of .env.example is one it reads, and each required one is there', async (t) => {
  const example = await readFile(path.join(root, '.env.example'), 'utf8');
  const namesIn = (lines = '') => Array.from(lines.matchAll(/^#?([A-Z_]+)=/gm), ([, name = '']) => name);
  const [ofCompose, ofProcesses] = example.split('# Without docker compose');
  const offered = namesIn(ofCompose);
  t.deepEqual(namesIn(ofProcesses), ['REDIS_URL', 'MONGO_URL']);
  const read = new Set(Array.from(text.matchAll(/\$\{(\w+)/g), ([, name]) => name));
  // One without a value is passed on from there, too.
  for (const [, { environment: variables = {} }] of ours)
    for (const [name, value] of Object.entries(variables)) if (value === null) read.add(name);
  t.deepEqual(
    offered.filter((name) => !read.has(name)),
    [],
  );
  t.deepEqual(
    Array.from(text.matchAll(/\$\{(\w+):\?/g), ([, name = '']) => name).filter(
      (name) => !offered.includes(name),
    ),
    [],
  );
});

test('every command it runs is that of a script', (t) => {
  const scripts: string[] = Object.values(packageJson.scripts);
  t.deepEqual(ours.map(([name]) => name).sort(), ['ingress', 'simulator', 'workers']);
  for (const [name, { command = [] }] of ours) t.true(scripts.includes(`exec ${command.join(' ')}`), name);
});

test('each of ours is built from its own stage, and the simulator is in no image of the service', async (t) => {
  const dockerfile = await readFile(path.join(root, 'Dockerfile'), 'utf8');
  for (const [name, { build, image }] of ours) {
    const target = name === 'simulator' ? 'simulator' : 'service';
    t.is(build?.target, target, name);
    t.is(image, `wechat-login-${target}`, name);
    t.true(dockerfile.includes(` AS ${target}\n`), name);
  }
});

test('a process of ours may do nothing but run, in words that Docker takes without a warning', (t) => {
  for (const [name, { init, read_only, cap_drop, security_opt }] of ours)
    t.deepEqual(
      { init, read_only, cap_drop, security_opt },
      { init: true, read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges=true'] },
      name,
    );
});

test('nobody waits for the half minute of Docker until a container is known to be well', async (t) => {
  const dockerfile = await readFile(path.join(root, 'Dockerfile'), 'utf8');
  const [, ofImage] = /^HEALTHCHECK --interval=(\d+s) /m.exec(dockerfile) ?? [];
  for (const [name, { build, healthcheck }] of services) {
    const interval = healthcheck?.interval ?? (build?.target === 'service' ? ofImage : undefined);
    t.true(Number.parseInt(interval ?? '30s', 10) <= 10, name);
  }
});

test('images are pinned by a patch release', (t) => {
  const foreign = services.filter(([, { build }]) => build === undefined);
  t.deepEqual(foreign.map(([name]) => name).sort(), ['mongo', 'redis']);
  for (const [name, { image = '' }] of foreign) t.regex(image, /^[a-z]+:\d+\.\d+\.\d+(-[a-z]+)?$/, name);
});

test('Redis keeps what it was given, on a volume; MongoDB is a replica set, on a volume', (t) => {
  const { redis, mongo } = compose.services;
  const settings = redis?.command?.join(' ') ?? '';
  t.regex(settings, /--appendonly yes .*--maxmemory \d+gb --maxmemory-policy noeviction/);
  t.regex(mongo?.command?.join(' ') ?? '', /--replSet rs0/);
  for (const volume of [redis, mongo].flatMap((store) => store?.volumes ?? [])) {
    t.true((volume.split(':', 1)[0] ?? '') in compose.volumes, volume);
  }
});

test('only the simulator waits for the profile, and nothing listens beyond this machine', (t) => {
  t.deepEqual(
    services.filter(([, { profiles }]) => profiles !== undefined).map(([name]) => name),
    ['simulator'],
  );
  for (const [name, { ports = [] }] of services) {
    for (const port of ports) t.regex(port, /^127\.0\.0\.1:(\d+):\1$/, name);
  }
});

test('a container listens on the port that is published', (t) => {
  const { ingress, simulator } = compose.services;
  const published = (service: ComposeService | undefined) =>
    service?.ports?.map((port) => port.split(':').at(-1)) ?? [];
  const { PORT, ADMIN_PORT, HOST, ADMIN_HOST } = ingress?.environment ?? {};
  t.deepEqual(published(ingress), [PORT, ADMIN_PORT]);
  t.deepEqual([HOST, ADMIN_HOST], ['0.0.0.0', '0.0.0.0']);
  t.deepEqual(published(simulator), [simulator?.environment?.['SIMULATOR_PORT']]);
});
