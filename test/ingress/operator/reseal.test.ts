import { randomBytes } from 'node:crypto';
import test from 'ava';
import { connectMongo } from '#connections/connect-mongo.ts';
import { resealSecrets } from '#ingress/operator/reseal-secrets.ts';
import { openInstallation } from '#models/documents/installation.ts';
import { createServiceAccountModel, secretPlace } from '#models/documents/service-account.ts';
import { createSealer, newestFormat, type SealFormat } from '#models/sealing.ts';
import { until } from '#test/support/until.ts';
import { withMongo } from '#test/support/with-mongo.ts';

const [older, newer, gone] = ['older', 'newer', 'gone'].map((kid) => ({ kid, key: randomBytes(32) })) as [
  { kid: string; key: Buffer },
  { kid: string; key: Buffer },
  { kid: string; key: Buffer },
];
const format = (): SealFormat => 1;
const formatBefore = (): SealFormat => 2;

async function withAccounts(t: Parameters<typeof withMongo>[0]) {
  const mongo = await connectMongo(withMongo(t).url);
  t.teardown(() => mongo.close());
  const accounts = createServiceAccountModel(mongo);
  const add = (appid: string, sealedSecret: string) =>
    accounts.create({ appid, name: 'n', sealedSecret, verifyFiles: [] });
  return { mongo, accounts, add };
}

test('secrets of an older key and of the first format are sealed again, others stay, and none is lost', async (t) => {
  const { accounts, add } = await withAccounts(t);
  const sealer = createSealer([newer, older]);
  await add('wx1', createSealer([older]).seal('secret 1', secretPlace('wx1')));
  await add('wx2', createSealer([newer], { format }).seal('secret 2', secretPlace('wx2')));
  const current = sealer.seal('secret 3', secretPlace('wx3'));
  await add('wx3', current);
  const unknown = createSealer([gone]).seal('secret 4', secretPlace('wx4'));
  await add('wx4', unknown);
  await add('wx5', createSealer([newer], { format: formatBefore }).seal('secret 5', secretPlace('wx5')));

  t.deepEqual(await resealSecrets(accounts, sealer), { resealed: 3, current: 1, unopenable: ['wx4'] });
  const onlyNewer = createSealer([newer]);
  const stored = new Map(
    (await accounts.find().lean()).map((account) => [account.appid, account.sealedSecret]),
  );
  for (const n of [1, 2, 5])
    t.is(onlyNewer.open(stored.get(`wx${n}`) ?? '', secretPlace(`wx${n}`)), `secret ${n}`);
  t.is(stored.get('wx3'), current);
  t.is(stored.get('wx4'), unknown);
  t.deepEqual(await resealSecrets(accounts, sealer), { resealed: 0, current: 4, unopenable: ['wx4'] });
});

test('a key of another value under the name of the old one opens nothing, and that is said', async (t) => {
  const { accounts, add } = await withAccounts(t);
  const sealed = createSealer([newer]).seal('secret 1', secretPlace('wx1'));
  await add('wx1', sealed);
  const sealer = createSealer([{ kid: newer.kid, key: gone.key }]);
  t.deepEqual(await resealSecrets(accounts, sealer), { resealed: 0, current: 0, unopenable: ['wx1'] });
  t.is((await accounts.findOne({ appid: 'wx1' }).lean())?.sealedSecret, sealed);
});

test('a new installation seals in the newest format at once, one of an older release once it is told to', async (t) => {
  const { mongo: fresh } = await withAccounts(t);
  const { mongo: upgraded, add } = await withAccounts(t);
  await add('wx1', createSealer([older], { format }).seal('secret', secretPlace('wx1')));
  const open = async (mongo: typeof fresh) => {
    const installation = await openInstallation(mongo, (error) => t.fail(String(error)));
    t.teardown(installation.close);
    return installation;
  };
  t.is((await open(fresh)).sealFormat(), newestFormat);
  const [first, second] = await Promise.all([open(upgraded), open(upgraded)]);
  t.is(first.sealFormat(), 1);
  await second.adoptNewestFormat();
  // Every process hears of it by itself.
  await until(() => first.sealFormat() === newestFormat);
  t.is((await open(upgraded)).sealFormat(), newestFormat);

  // One that began with release 0.2.0.
  const { mongo: begunBefore } = await withAccounts(t);
  await begunBefore
    .collection<{ _id: string }>('installation')
    .insertOne({ _id: 'installation', sealFormat: 2 } as never);
  const [one, other] = await Promise.all([open(begunBefore), open(begunBefore)]);
  t.is(one.sealFormat(), 2);
  await other.adoptNewestFormat();
  await until(() => one.sealFormat() === newestFormat);
});
