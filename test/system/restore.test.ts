import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { type MongoStore, startMongo } from '#dev-stores/start-mongo.ts';
import { type Service, withService } from '#test/support/start-service.ts';
import { until } from '#test/support/until.ts';
import { withRedis } from '#test/support/with-redis.ts';

const root = path.join(import.meta.dirname, '../..');
const database = 'wechat-login';

/** What docs/backup.md says, as it says it. */
type Way = {
  readonly name: string;
  take(mongo: MongoStore, folder: string): Promise<unknown>;
  giveBack(mongo: MongoStore, folder: string): Promise<unknown>;
};

/** While mongod does not run; a volume's snapshot of one that runs is the same, since its journal is part of it. */
const dataFolder: Way = {
  name: 'a copy of the data folder',
  async take(mongo, folder) {
    await mongo.crash();
    await cp(dataOf(mongo), folder, { recursive: true });
    await mongo.restart();
  },
  async giveBack(mongo, folder) {
    await mongo.crash();
    await rm(dataOf(mongo), { recursive: true });
    await cp(folder, dataOf(mongo), { recursive: true });
    await mongo.restart();
  },
};

const mongodump: Way = {
  name: 'mongodump',
  take: (mongo, folder) =>
    execa('mongodump', [`--uri=${uriOf(mongo)}`, '--gzip', `--archive=${folder}/wechat-login.gz`]),
  giveBack: (mongo, folder) =>
    execa('mongorestore', [`--uri=${mongo.url}`, '--drop', '--gzip', `--archive=${folder}/wechat-login.gz`]),
};

const uriOf = (mongo: MongoStore) => mongo.url.replace('/?', `/${database}?`);
const dataOf = (mongo: MongoStore) => mongo.members[0]?.folder ?? '';

const programs = await Promise.all(
  ['mongodump', 'mongorestore'].map((program) => execa(program, ['--version'], { reject: false })),
);
const ways = programs.some(({ failed }) => failed) ? [dataFolder] : [dataFolder, mongodump];

for (const way of ways) {
  test(`what MongoDB lost comes back from ${way.name}, with an empty Redis: a person is who he was, and secrets open`, async (t) => {
    t.timeout(180_000);
    const mongo = await startMongo();
    t.teardown(() => mongo.close());
    const folder = await mkdtemp(path.join(os.tmpdir(), 'backup-'));
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    const service = await withService(t, { mongo: { url: uriOf(mongo) }, redis: withRedis(t) });
    const enterprise = await service.seedEnterprise();
    const { token } = (await service.operate('PUT', '/v1/operators/prometheus', { role: 'metrics' })).json();
    const someone = service.person();
    /** The same phone in another browser, and what the host is told of it. */
    const comeIn = async () => {
      const person = service.person({ name: someone.name, ingressUrl: service.publicUrl });
      const { status, ticket, reason } = await person.login(enterprise.entId);
      if (status !== 'ready') return { status, reason };
      return (await service.callAs(enterprise, 'POST', '/v1/tickets/redeem', { ticket })).json();
    };
    const first = await comeIn();
    t.true(first.created);
    await until(async () => (await countsOf(service)).login_history === 1);
    const counted = await countsOf(service);
    await endAll(service);

    await way.take(mongo, folder);
    await service.mongo.dropDatabase();
    for (const key of await service.findKeys()) await service.redis.del(key);
    t.deepEqual(Object.values(await countsOf(service)), [0, 0, 0, 0, 0, 0]);
    await way.giveBack(mongo, folder);
    t.deepEqual(await countsOf(service), counted);

    // The keys are kept apart, and those of another installation are noticed before anything is started.
    const wrong = { SECRET_KEYS: `test:${Buffer.alloc(32, 1).toString('base64')}` };
    const refused = await checkConfig({ ...service.env, ...wrong });
    t.is(refused.exitCode, 1);
    t.regex(
      refused.stderr,
      new RegExp(`SECRET_KEYS does not open 1 of 1 sealed secrets: ${enterprise.appid}`),
    );
    const atOldPort = { PORT: new URL(service.publicUrl).port };
    await Promise.all([service.startIngress({ ...atOldPort, ...wrong }), service.startWorker(wrong)]);
    await until(() => service.logs().some((line) => line.includes('SECRET_KEYS does not open')));
    t.deepEqual(await comeIn(), { status: 'failed', reason: 'misconfigured' });
    await endAll(service);

    const approved = await checkConfig(service.env);
    t.is(approved.exitCode, 0, approved.stderr);
    await Promise.all([service.startIngress(atOldPort), service.startWorker()]);
    const again = await comeIn();
    t.is(again.user_id, first.user_id);
    t.false(again.created);
    const metrics = await fetch(`${service.ingresses.at(-1)?.adminUrl}/metrics`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await metrics.body?.cancel();
    t.is(metrics.status, 200);
  });
}

/** Documents of the collections that a backup is for. */
async function countsOf({ mongo }: Service) {
  const names = [
    'service_accounts',
    'enterprises',
    'bindings',
    'operators',
    'operator_actions',
    'login_history',
  ] as const;
  const counts = names.map(async (name) => [name, await mongo.collection(name).countDocuments()] as const);
  return Object.fromEntries(await Promise.all(counts)) as Record<(typeof names)[number], number>;
}

async function endAll({ ingresses, workers }: Service): Promise<void> {
  await Promise.all([...ingresses, ...workers].map((running) => running.end()));
}

function checkConfig(env: Record<string, string>) {
  return execa(process.execPath, ['main.ts', '--check-config'], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    extendEnv: false,
    reject: false,
    timeout: 60_000,
  });
}
