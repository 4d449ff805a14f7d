import test, { type ExecutionContext } from 'ava';
import type { Trouble } from '#ingress/operate/find-troubles.ts';
import { createIncidents } from '#ingress/operate/incidents.ts';
import { createIncidentModel } from '#models/documents/incident.ts';
import { withMonitoredMongo } from '#test/models/documents/with-monitored-mongo.ts';

const begun = Date.parse('2026-01-02T03:04:05Z');
const trouble = (people = 1): Trouble => ({
  key: 'wechat-call-fails|wx1|40125',
  condition: 'wechat-call-fails',
  appid: 'wx1',
  entIds: ['acme'],
  errcode: 40125,
  cause: '40125',
  since: begun,
  people,
});

async function withIncidents(t: ExecutionContext) {
  const { mongo } = await withMonitoredMongo(t);
  const incidents = createIncidents(createIncidentModel(mongo));
  const keep = async (...args: Parameters<typeof incidents.keep>) =>
    (await incidents.keep(...args)).map(({ what, incident }) => `${what} ${incident.people}`);
  return { incidents, keep };
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
