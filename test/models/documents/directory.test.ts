import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { createClientModel } from '#models/documents/client.ts';
import { createDirectory } from '#models/documents/directory.ts';
import { createEnterpriseModel } from '#models/documents/enterprise.ts';
import { DirectoryUnavailable } from '#models/documents/look-up.ts';
import { createServiceAccountModel } from '#models/documents/service-account.ts';
import { acme } from '#test/models/acme.ts';
import { withMonitoredMongo } from '#test/models/documents/with-monitored-mongo.ts';
import { until } from '#test/support/until.ts';

const account = { appid: 'wx1', name: 'An account', sealedSecret: 'sealed', verifyFiles: [] };

async function withDirectory(t: ExecutionContext) {
  const { mongo, proxy, commands } = await withMonitoredMongo(t);
  const [enterprises, accounts] = [createEnterpriseModel(mongo), createServiceAccountModel(mongo)];
  const clients = createClientModel(mongo);
  await enterprises.create(acme);
  await accounts.create(account);
  const clock = { lateMs: 0 };
  const now = () => Date.now() + clock.lateMs;
  return {
    directory: createDirectory({ enterprises, accounts, clients, now }),
    enterprises,
    proxy,
    commands,
    clock,
  };
}

/** Asks again and again for longer than an answer counts as fresh. */
async function forSeconds(seconds: number, ask: () => Promise<void>): Promise<void> {
  const begun = performance.now();
  while (performance.now() - begun < seconds * 1_000) {
    await ask();
    await setImmediate();
  }
}

test('an acme and its account are found, with the secret still sealed', async (t) => {
  const { directory } = await withDirectory(t);
  t.like(await directory.findEnterprise('acme'), acme);
  t.like(await directory.findAccount('wx1'), account);
});

test('strangers’ made-up ids keep no enterprise from those who come to a process that has just started', async (t) => {
  const { directory } = await withDirectory(t);
  await directory.learn();
  const madeUp = Promise.allSettled(
    Array.from({ length: 400 }, (_, n) => directory.findEnterprise(`made-up-${n}`)),
  );
  t.like(await directory.findEnterprise('acme'), acme);
  const answers = await madeUp;
  t.true(answers.some(({ status }) => status === 'rejected'));
});

test('what was learned at the start is no older than what was looked up', async (t) => {
  const { directory, enterprises, clock } = await withDirectory(t);
  await directory.learn();
  await enterprises.updateOne({ entId: 'acme' }, { name: 'Acme & Sons' });
  clock.lateMs += 3_001;
  t.is((await directory.findEnterprise('acme'))?.name, 'Acme & Sons');
  await enterprises.deleteOne({ entId: 'acme' });
  clock.lateMs += 3_001;
  t.is(await directory.findEnterprise('acme'), undefined);
});

test('what nobody knows is undefined', async (t) => {
  const { directory } = await withDirectory(t);
  t.is(await directory.findEnterprise('nobody'), undefined);
  t.is(await directory.findAccount('nobody'), undefined);
});

test('a change is in force within five seconds, so are a new acme and a removed one', async (t) => {
  const { directory, enterprises } = await withDirectory(t);
  await directory.findEnterprise('acme');
  await directory.findEnterprise('new');
  await enterprises.updateOne({ entId: 'acme' }, { name: 'Acme & Sons' });
  await enterprises.create({ ...acme, entId: 'new' });
  const begun = performance.now();
  await until(async () => (await directory.findEnterprise('acme'))?.name === 'Acme & Sons');
  await until(async () => (await directory.findEnterprise('new')) !== undefined);
  t.true(performance.now() - begun < 20_000);
});

for (const trouble of ['cut', 'hang'] as const) {
  test(`the last known answer serves on while MongoDB is ${trouble === 'cut' ? 'away' : 'hanging'}`, async (t) => {
    const { directory, proxy } = await withDirectory(t);
    await directory.findEnterprise('acme');
    await directory.findAccount('wx1');
    await directory.findEnterprise('nobody');
    proxy[trouble]();
    await forSeconds(4.5, async () => {
      t.is((await directory.findEnterprise('acme'))?.name, 'Acme');
      t.is((await directory.findAccount('wx1'))?.sealedSecret, 'sealed');
      t.is(await directory.findEnterprise('nobody'), undefined);
    });
  });
}

test('after an outage a change is seen again', async (t) => {
  const { directory, enterprises, proxy } = await withDirectory(t);
  await directory.findEnterprise('acme');
  proxy.cut();
  await forSeconds(3.5, async () => void (await directory.findEnterprise('acme')));
  proxy.heal();
  await until(() => enterprises.updateOne({ entId: 'acme' }, { name: 'Acme & Sons' }).catch(() => undefined));
  await until(async () => (await directory.findEnterprise('acme'))?.name === 'Acme & Sons');
  t.pass();
});

test('a burst reads an acme once', async (t) => {
  const { directory, commands } = await withDirectory(t);
  commands.length = 0;
  await Promise.all(Array.from({ length: 1_000 }, () => directory.findEnterprise('acme')));
  await Promise.all(Array.from({ length: 1_000 }, () => directory.findEnterprise('nobody')));
  t.is(commands.filter((name) => name === 'find').length, 2);
});

test('what was never known cannot be found while MongoDB is away', async (t) => {
  const { directory, proxy } = await withDirectory(t);
  proxy.cut();
  await t.throwsAsync(directory.findEnterprise('acme'));
});

test('credentials are good for a quarter of an hour after MongoDB was last asked, pages for longer', async (t) => {
  const { directory, proxy, clock } = await withDirectory(t);
  await directory.findCredentials('acme');
  proxy.cut();
  clock.lateMs = 14 * 60_000;
  t.is((await directory.findCredentials('acme'))?.entId, 'acme');
  clock.lateMs = 16 * 60_000;
  await t.throwsAsync(directory.findCredentials('acme'), { instanceOf: DirectoryUnavailable });
  t.is((await directory.findEnterprise('acme'))?.entId, 'acme');
});

test('a key that was rotated, or whose enterprise was removed, is not found after five seconds', async (t) => {
  const { directory, enterprises, clock } = await withDirectory(t);
  await directory.findCredentials('acme');
  await enterprises.updateOne({ entId: 'acme' }, { apiKeyDigest: 'another' });
  clock.lateMs = 5_000;
  t.is((await directory.findCredentials('acme'))?.apiKeyDigest, 'another');
  await enterprises.deleteOne({ entId: 'acme' });
  clock.lateMs = 10_000;
  t.is(await directory.findCredentials('acme'), undefined);
});
