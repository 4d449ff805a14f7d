import test, { type ExecutionContext } from 'ava';
import { createIncidents, mostOpen } from '#ingress/operate/incidents.ts';
import { tellIncident } from '#ingress/operate/tell-incident.ts';
import type { Trouble } from '#ingress/operate/troubles/trouble.ts';
import { createIncidentModel } from '#models/documents/incident.ts';
import { withMonitoredMongo } from '#test/models/documents/with-monitored-mongo.ts';

// MongoDB removes what is older than the days that they are kept.
const begun = Date.now();
const trouble = (people = 1, more: Partial<Trouble> = {}): Trouble => ({
  severity: 'page',
  key: 'wechat-call-fails|wx1|40125',
  condition: 'wechat-call-fails',
  appid: 'wx1',
  entIds: ['acme'],
  errcode: 40125,
  cause: '40125',
  since: begun,
  people,
  ...more,
});

async function withIncidents(t: ExecutionContext) {
  const { mongo, commands } = await withMonitoredMongo(t);
  const model = createIncidentModel(mongo);
  await model.createIndexes();
  const incidents = createIncidents(model, { calmMs: 30_000 });
  const keep = async (...args: Parameters<typeof incidents.keep>) =>
    (await incidents.keep(...args)).map(({ what, incident }) => `${what} ${incident.people}`);
  return { incidents, keep, commands, model };
}

test('an incident is told when it begins, when four times more people are in it, and when it was absent for a while', async (t) => {
  const { incidents, keep } = await withIncidents(t);
  t.deepEqual(await keep([trouble()], begun), ['open 1']);
  t.deepEqual(await keep([trouble(3)], begun + 2_000), []);
  t.deepEqual(await keep([trouble(4)], begun + 4_000), ['worse 4']);
  t.deepEqual(await keep([trouble(15)], begun + 6_000), []);
  const [open] = await incidents.open();
  t.true(await incidents.acknowledge(open?._id ?? '', 'alice'));
  t.deepEqual(await keep([], begun + 13_000), [], 'one look without it is no end');
  t.deepEqual(await keep([trouble(15)], begun + 13_500), [], 'nor is it another one then');
  t.like((await incidents.open())[0], { _id: open?._id, acknowledgedBy: 'alice', since: new Date(begun) });
  t.deepEqual(await keep([], begun + 22_000), ['end 15']);
  t.deepEqual(await incidents.open(), []);
});

test('what nobody could see now does not end', async (t) => {
  const { keep } = await withIncidents(t);
  await keep([trouble()], begun);
  t.deepEqual(await keep([], begun + 60_000, () => false), []);
  t.deepEqual(await keep([], begun + 61_000), ['end 1']);
});

test('two that watch at once open an incident once, and one of them tells it', async (t) => {
  const { incidents, keep } = await withIncidents(t);
  const told = await Promise.all([
    keep([trouble()], begun),
    keep([trouble()], begun),
    keep([trouble()], begun),
  ]);
  t.deepEqual(told.flat(), ['open 1']);
  t.is((await incidents.open()).length, 1);
  t.deepEqual(await keep([], begun + 9_000), ['end 1']);
  t.deepEqual(await keep([trouble()], begun + 20_000), ['open 1'], 'after its end it may begin anew');
});

test('a notice that turns out to matter is told as worse, and does not become a notice again', async (t) => {
  const { incidents, keep } = await withIncidents(t);
  t.deepEqual(await keep([trouble(1, { severity: 'notice' })], begun), ['open 1']);
  t.deepEqual(await keep([trouble(2, { severity: 'notice' })], begun + 1_000), []);
  t.deepEqual(await keep([trouble(2)], begun + 2_000), ['worse 2']);
  t.deepEqual(await keep([trouble(2, { severity: 'notice' })], begun + 3_000), []);
  t.is((await incidents.open())[0]?.severity, 'page');
});

test('the troubles of five thousand enterprises are three commands, and the worst five hundred are kept', async (t) => {
  const { incidents, keep, commands } = await withIncidents(t);
  const all = Array.from({ length: 5_000 }, (_, n) =>
    trouble(n, { key: `host-does-not-redeem|e${n}`, condition: 'host-does-not-redeem', severity: 'ticket' }),
  );
  const asked = () => commands.splice(0);
  asked();
  t.is((await keep([...all, trouble()], begun)).length, mostOpen);
  t.deepEqual(asked(), ['find', 'insert']);
  const open = await incidents.open();
  t.is(open.length, mostOpen);
  t.true(open.some(({ severity }) => severity === 'page'));
  t.is(Math.min(...open.filter(({ severity }) => severity === 'ticket').map(({ people }) => people)), 4_501);
  asked();
  await keep([...all, trouble()], begun + 2_000);
  t.deepEqual(asked(), ['find', 'update']);
  t.is((await keep([], begun + 60_000)).length, mostOpen);
});

test('an incident whose calls come right for a while is over since the first that did, and goes on when it comes back soon', async (t) => {
  const { incidents, keep } = await withIncidents(t);
  const overAt = async () => (await incidents.past(5)).map(({ until }) => Number(until) - begun);
  const isRed = async () => (await incidents.open()).length === 1;
  t.deepEqual(await keep([trouble()], begun), ['open 1']);
  const [opened] = await incidents.open();
  const right = { goodSince: begun + 10_000 };
  t.deepEqual(await keep([trouble(1, right)], begun + 39_000), []);
  t.deepEqual([await isRed(), await overAt()], [true, []], 'it may have been one call that came right');
  t.deepEqual(await keep([trouble(9, right)], begun + 40_000), []);
  t.deepEqual([await isRed(), await overAt()], [false, [10_000]]);

  t.deepEqual(await keep([trouble(9)], begun + 50_000), ['worse 9'], 'told as the same one');
  t.like((await incidents.open())[0], { _id: opened?._id, since: new Date(begun) });
  const again = { goodSince: begun + 60_000 };
  await keep([trouble(9, again)], begun + 119_000);
  t.true(await isRed(), 'once bitten, twice as long');
  await keep([trouble(9, again)], begun + 120_000);
  t.false(await isRed());
  t.deepEqual(await keep([trouble(9)], begun + 121_000), [], 'one that comes and goes is told once');
  await keep([trouble(9, { goodSince: begun + 130_000 })], begun + 250_000);
  t.deepEqual(await overAt(), [130_000]);
  t.deepEqual(await keep([], begun + 400_000), ['end 9']);
  t.deepEqual(await overAt(), [130_000], 'it was over then');
});

test('what a process of an old release looked at last is open, whatever was known before', async (t) => {
  const { incidents, keep, model } = await withIncidents(t);
  await keep([trouble()], begun);
  await keep([trouble(1, { goodSince: begun + 1_000 })], begun + 40_000);
  t.deepEqual(await incidents.open(), []);
  await model.updateOne({ until: null }, { $set: { last: new Date(begun + 42_000) } });
  t.is((await incidents.open()).length, 1);
  t.deepEqual(await incidents.past(5), []);
});

test('an incident names each address of ours that WeChat refused, sixteen at most, and says what to do with them', async (t) => {
  const { incidents, keep } = await withIncidents(t);
  const refused = (addresses: string[]) => trouble(1, { errcode: 40164, cause: '40164', addresses });
  await keep([refused(['192.0.2.1'])], begun);
  await keep([refused(['192.0.2.2'])], begun + 2_000);
  const [open] = await incidents.open();
  const told = open && tellIncident(open, 'en');
  t.deepEqual(told?.addresses, ['192.0.2.2', '192.0.2.1']);
  t.regex(told?.do ?? '', /IP list.*WeChat saw: 192\.0\.2\.2, 192\.0\.2\.1\.$/);
  await keep([refused(Array.from({ length: 16 }, (_, n) => `198.51.100.${n}`))], begun + 4_000);
  t.is((await incidents.open())[0]?.addresses?.length, 16);
});
