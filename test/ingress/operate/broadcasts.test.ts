import { randomUUID } from 'node:crypto';
import test from 'ava';
import { addToHour, createLoginHourModel } from '#models/counts/hours.ts';
import { createBroadcastModel } from '#models/documents/broadcast.ts';
import { adminToken, withAdminDoor } from '#test/ingress/operator/with-admin-door.ts';
import { shared } from '#test/support/shared.ts';

const door = shared(test, (t) => withAdminDoor(t));

async function send(path: string, form?: Record<string, string>, lang = 'en') {
  const answer = await fetch(door().origin + path, {
    method: form === undefined ? 'GET' : 'POST',
    redirect: 'manual',
    body: form === undefined ? null : new URLSearchParams(form),
    headers: { authorization: `Bearer ${adminToken}`, accept: 'text/html', 'accept-language': lang },
  });
  return { status: answer.status, location: answer.headers.get('location') ?? '', text: await answer.text() };
}

async function seed(): Promise<string> {
  const { call } = door();
  const id = `e${randomUUID().slice(0, 8)}`;
  await call('PUT', `/v1/accounts/wx${id}`, { json: { name: 'A', secret: 's' } });
  const form = { appid: `wx${id}`, name: 'E', login_url: 'https://host.example/login' };
  await call('PUT', `/v1/enterprises/${id}`, { json: form });
  return id;
}

test('a broadcast of 20,000 at 600 a minute is planned in four waves, and its progress is that of its enterprise alone', async (t) => {
  const { minutes, actions } = door();
  const entId = await seed();
  const planned = await send('/operate/broadcasts', {
    ent_id: entId,
    people: '20000',
    minutes: '30',
    per_minute: '600',
  });
  t.is(planned.status, 303);
  const before = await send(planned.location);
  t.is(before.text.match(/<td class="n">5,000<\/td>/g)?.length, 4);
  t.regex(before.text, /cannot take so many/);
  t.regex(before.text, /data-ended="0"/);

  await minutes.add({
    name: randomUUID(),
    counts: new Map([
      [`${entId}|wx${entId}|opened`, 70],
      [`${entId}|wx${entId}|ready`, 50],
      [`${entId}|wx${entId}|failed:refused`, 3],
      [`another|wx${entId}|ready`, 1_000],
    ]),
    firsts: new Map(),
  } as never);
  const running = await send(planned.location);
  // Who failed is not through; and nobody said who they were.
  t.regex(running.text, /data-ended="50"/);
  t.regex(running.text, /data-unnamed="50"/);
  t.regex(running.text, /id="projected" datetime="20/);
  t.true((await send('/operate/broadcasts', undefined, 'zh-CN')).text.includes(planned.location));

  t.is((await send(`${planned.location}/end`, {})).status, 303);
  const over = await send(planned.location);
  t.regex(over.text, /Declared over at/);
  t.notRegex(over.text, /id="projected"/);
  t.deepEqual(
    (
      await actions
        .find({ object: `enterprise ${entId}`, action: /broadcast/ } as never)
        .sort({ at: 1 })
        .lean()
    ).map(({ action }) => action),
    ['plan a broadcast', 'end a broadcast'],
  );
});

test('what came before a broadcast began is none of it, however long it goes on', async (t) => {
  const { redis, prefix } = door();
  const entId = await seed();
  const beginsAt = Date.now() - 100 * 60_000;
  const planned = await send('/operate/broadcasts', {
    ...{ ent_id: entId, people: '20000', minutes: '30', per_minute: '100' },
    begins_at: new Date(beginsAt).toISOString(),
  });
  await door().minutes.add({ name: randomUUID(), counts: new Map([['x|x|ready', 1]]), firsts: new Map() });
  const [key = ''] = await redis.keys(`{${prefix}:ops}:m:[0-9]*`);
  const minuteOf = (ms: number) => key.replace(/\d+$/, String(Math.floor(ms / 60_000)));
  await redis.hset(minuteOf(beginsAt - 60_000), `${entId}|wx${entId}|ready`, 1_000);
  await redis.hset(minuteOf(beginsAt + 60_000), `${entId}|wx${entId}|ready`, 30);
  await redis.hset(minuteOf(beginsAt + 80 * 60_000), `${entId}|wx${entId}|bind`, 4);
  t.regex((await send(planned.location)).text, /data-ended="34"/);
});

test('who is held at the door is still to come, however slow the account is', async (t) => {
  const { redis, prefix } = door();
  const entId = await seed();
  const minuteNow = Math.floor(Date.now() / 60_000);
  const planned = await send('/operate/broadcasts', {
    ...{ ent_id: entId, people: '20000', minutes: '1' },
    begins_at: new Date(Date.now() - 10 * 60_000).toISOString(),
  });
  const count = (ago: number, step: string, n: number) =>
    redis.hset(`{${prefix}:ops}:m:${minuteNow - ago}`, `${entId}|wx${entId}|${step}`, n);
  for (let ago = 1; ago < 10; ago += 1) await count(ago, 'ready', 400);
  t.notRegex((await send(planned.location)).text, /id="projected"/);
  await count(1, 'held', 500);
  t.regex((await send(planned.location)).text, /id="projected" datetime="20/);
});

test('who logs in twice is through once, and a worker that does not say who it was is told', async (t) => {
  const { minutes } = door();
  const entId = await seed();
  const whose = `${entId}|wx${entId}`;
  const add = (counts: readonly [string, number][], digests?: readonly string[]) =>
    minutes.add({
      name: randomUUID(),
      counts: new Map(counts),
      firsts: new Map(),
      ...(digests && { people: new Map([[whose, digests]]) }),
    });
  const planned = await send('/operate/broadcasts', { ent_id: entId, people: '1000', minutes: '30' });
  await add([[`${whose}|ready`, 2]], ['ann', 'bob']);
  await add([[`${whose}|bind`, 1]], ['ann']);
  const { text } = await send(planned.location);
  t.regex(text, /data-ended="2"/);
  t.notRegex(text, /data-unnamed/);

  await add([[`${whose}|ready`, 3]]);
  const mixed = (await send(planned.location)).text;
  t.regex(mixed, /data-ended="5"/);
  t.regex(mixed, /data-unnamed="3"/);
});

test('days later the page tells of its own day still, and what is no longer known it says so', async (t) => {
  const { enterprises } = door();
  const entId = await seed();
  const hours = createLoginHourModel(enterprises.db);
  const count = (at: number, opened: number, ready: number) =>
    addToHour(
      hours,
      new Map([
        [`${entId}|wx${entId}|opened`, opened],
        [`${entId}|wx${entId}|ready`, ready],
      ]),
      at,
    );
  const hoursAgo = (n: number) => Date.now() - n * 3_600_000;
  const plan = async (begin: number) => {
    const form = { ent_id: entId, people: '6000', minutes: '60', begins_at: new Date(begin).toISOString() };
    const { location } = await send('/operate/broadcasts', form);
    return { location, shown: async () => numbersOf((await send(location)).text) };
  };
  const begin = hoursAgo(72);
  await count(begin - 3_600_000, 70, 60);
  await count(begin + 3_600_000, 6_000, 5_700);
  await count(begin + 5 * 3_600_000, 50, 40);
  // The ordinary course of a later day.
  await count(hoursAgo(6), 420, 400);
  const old = await plan(begin);
  t.like(await old.shown(), { 'People through': 'no longer known', Opened: '6,050', 'Logged in': '5,740' });

  t.is((await send(`${old.location}/end`, {})).status, 303);
  const _id = old.location.slice(old.location.lastIndexOf('/') + 1);
  const endedAt = new Date(begin + 2 * 3_600_000);
  await createBroadcastModel(enterprises.db).updateOne({ _id }, { $set: { endedAt } });
  t.like(await old.shown(), { Opened: '6,000', 'Logged in': '5,700' });

  const ofYesterday = await plan(hoursAgo(30));
  t.like(
    await ofYesterday.shown(),
    { 'People through': '400 (6.7%)', Opened: '420' },
    'it is within its day',
  );
  const tooOld = await plan(hoursAgo(36 * 24));
  t.like(await tooOld.shown(), { Opened: 'no longer known', 'Logged in': 'no longer known' });
});

/** What the page of a broadcast tells, by its words. */
const numbersOf = (text: string) =>
  Object.fromEntries(
    Array.from(text.matchAll(/<dt>(.*?)<\/dt><dd[^>]*>(.*?)<\/dd>/g), ([, name = '', value]) => [
      name,
      value,
    ]),
  );

test('a plan that cannot be is refused at its fields, and an unknown one is not there', async (t) => {
  const bad = await send('/operate/broadcasts', {
    ent_id: 'nobody',
    people: '0',
    minutes: 'x',
    begins_at: 'soon',
  });
  t.is(bad.status, 422);
  for (const name of ['people', 'minutes', 'begins_at'])
    t.true(bad.text.includes(`id="fault-${name}"`), name);
  t.regex(
    (await send('/operate/broadcasts', { ent_id: 'nobody', people: '1', minutes: '1' })).text,
    /id="fault-ent_id"/,
  );
  t.is((await send(`/operate/broadcasts/${randomUUID()}`)).status, 404);
});
