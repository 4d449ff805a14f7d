import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type mongoose from 'mongoose';
import { type BindingModel, createBindingModel } from '#models/documents/binding.ts';
import { withMonitoredMongo } from '#test/models/documents/with-monitored-mongo.ts';
import { until } from '#test/support/until.ts';
import { type BindingRequest, createBindingWriter } from '#workers/bindings/binding-writer.ts';
import { createLikelyNew } from '#workers/bindings/likely-new.ts';

const profile = { nickname: '小明 😀', avatarUrl: 'https://thirdwx.qlogo.cn/a/46' };

function request(some: Partial<BindingRequest> = {}): BindingRequest {
  return {
    entId: 'acme',
    appid: 'wx1',
    openid: 'o1',
    profile,
    unionid: undefined,
    createFor: 'login-1',
    ...some,
  };
}

async function withWriter(t: ExecutionContext) {
  const { mongo, proxy, commands } = await withMonitoredMongo(t);
  const bindings = createBindingModel(mongo);
  await bindings.createIndexes();
  commands.length = 0;
  const counted = () => ({
    finds: commands.filter((name) => name === 'find').length,
    writes: commands.filter((name) => name === 'insert' || name === 'update').length,
  });
  return { writer: createBindingWriter(bindings), bindings, proxy, counted };
}
/** One that has met new people only. */
function guessingWriter(bindings: BindingModel) {
  const likelyNew = createLikelyNew();
  for (let n = 0; n < 1_000; n += 1) likelyNew.note(false);
  return createBindingWriter(bindings, { likelyNew });
}
const many = (count: number, some: Partial<BindingRequest> = {}) =>
  Array.from({ length: count }, (_, n) => request({ openid: `o${n}`, createFor: `login-${n}`, ...some }));

test('a first login makes a user of its own, once', async (t) => {
  const { writer, bindings } = await withWriter(t);
  const first = await writer.write(request());
  t.like(first, { ...profile, created: true });
  t.regex(first?.userId ?? '', /^u_[0-9a-f]{24}$/);
  const later = await writer.write(request({ createFor: 'login-2' }));
  t.deepEqual(later, { ...first, created: false } as typeof later);
  t.is(await bindings.countDocuments(), 1);
});

test('the login that made the binding is told so again after a crash', async (t) => {
  const { writer } = await withWriter(t);
  const first = await writer.write(request());
  t.deepEqual(await writer.write(request()), first);
});

test('a person nobody may make a user of stays unbound', async (t) => {
  const { writer, bindings, counted } = await withWriter(t);
  t.is(await writer.write(request({ createFor: undefined })), undefined);
  t.is(await bindings.countDocuments(), 0);
  t.is(counted().writes, 0);
});

test('a known person is found without being made', async (t) => {
  const { writer } = await withWriter(t);
  const first = await writer.write(request());
  t.like(await writer.write(request({ createFor: undefined })), { userId: first?.userId, created: false });
});

test('one openid is another person in another enterprise or account', async (t) => {
  const { writer } = await withWriter(t);
  const persons = await Promise.all([
    writer.write(request()),
    writer.write(request({ entId: 'other' })),
    writer.write(request({ appid: 'wx2' })),
  ]);
  t.is(new Set(persons.map((person) => person?.userId)).size, 3);
});

test('what WeChat tells anew is kept, and what it does not tell stays', async (t) => {
  const { writer, bindings } = await withWriter(t);
  await writer.write(request({ unionid: 'oU1' }));
  t.like(await writer.write(request({ profile: undefined })), { ...profile, unionid: 'oU1' });
  t.like(await writer.write(request({ profile: { nickname: '小红', avatarUrl: '' } })), {
    nickname: '小红',
    avatarUrl: '',
    unionid: 'oU1',
  });
  t.like(await writer.write(request({ profile: { ...profile, unionid: 'oU2' } })), { unionid: 'oU2' });
  t.like(await bindings.findOne().lean(), { ...profile, unionid: 'oU2', createdBy: 'login-1' });
});

test('a person without news is not written again', async (t) => {
  const { writer, counted } = await withWriter(t);
  await writer.write(request());
  const before = counted();
  await writer.write(request({ createFor: 'login-2' }));
  t.is(counted().writes, before.writes);
});

test('two hundred first logins at once are one find and one write', async (t) => {
  const { writer, bindings, counted } = await withWriter(t);
  const persons = await Promise.all(many(200).map((one) => writer.write(one)));
  t.deepEqual(counted(), { finds: 1, writes: 1 });
  t.is(new Set(persons.map((person) => person?.userId)).size, 200);
  t.is(await bindings.countDocuments(), 200);
});

test('two hundred known people of three enterprises are one find', async (t) => {
  const { writer, counted } = await withWriter(t);
  const requests = ['acme', 'other', 'third'].flatMap((entId) => many(70, { entId }));
  await Promise.all(requests.map((one) => writer.write(one)));
  const before = counted();
  const persons = await Promise.all(requests.map((one) => writer.write({ ...one, createFor: undefined })));
  t.deepEqual(counted(), { ...before, finds: before.finds + 1 });
  t.is(new Set(persons.map((person) => person?.userId)).size, 210);
});

test('logins that come while a batch is on its way make up the next one', async (t) => {
  const { writer, proxy, counted } = await withWriter(t);
  proxy.hang();
  const written = [writer.write(request({ openid: 'first' }))];
  await until(() => counted().finds === 1);
  for (const one of many(200)) {
    written.push(writer.write(one));
    await setImmediate();
  }
  proxy.heal();
  await Promise.all(written);
  t.deepEqual(counted(), { finds: 2, writes: 2 });
});

test('a batch holds five hundred at most', async (t) => {
  const { writer, counted } = await withWriter(t);
  await Promise.all(many(1_001).map((one) => writer.write(one)));
  t.deepEqual(counted(), { finds: 3, writes: 3 });
});

test('of two workers that meet one new person one makes the user, and both answer with that one', async (t) => {
  const { writer, bindings } = await withWriter(t);
  const other = createBindingWriter(bindings);
  for (let n = 0; n < 20; n += 1) {
    const one = request({ openid: `o${n}` });
    const [left, right] = await Promise.all([
      writer.write({ ...one, createFor: 'left' }),
      other.write({ ...one, createFor: 'right' }),
    ]);
    t.truthy(left?.userId);
    t.is(left?.userId, right?.userId);
    t.not(left?.created, right?.created);
  }
  t.is(await bindings.countDocuments(), 20);
});

test('a race over one person leaves the others of the batch as they should be', async (t) => {
  const { writer, bindings } = await withWriter(t);
  const other = createBindingWriter(bindings);
  await writer.write(request({ openid: 'known' }));
  const batch = [...many(10), request({ openid: 'known', profile: { nickname: '小红', avatarUrl: '' } })];
  const [left, right] = await Promise.all([
    Promise.all(batch.map((one) => writer.write(one))),
    Promise.all(batch.map((one) => other.write(one))),
  ]);
  t.deepEqual(
    left.map((person) => person?.userId),
    right.map((person) => person?.userId),
  );
  t.is(await bindings.countDocuments(), 11);
  t.is((await bindings.findOne({ openid: 'known' }).lean())?.nickname, '小红');
});

test('two logins of one new person in one batch are one user, who keeps what either told', async (t) => {
  const { writer, bindings } = await withWriter(t);
  const [first, second] = await Promise.all([
    writer.write(request({ createFor: 'login-1' })),
    writer.write(request({ createFor: 'login-2', profile: undefined, unionid: 'oU1' })),
  ]);
  t.is(first?.userId, second?.userId);
  t.deepEqual([first?.created, second?.created], [true, false]);
  t.like(await bindings.findOne().lean(), { ...profile, unionid: 'oU1' });
});

test('two logins of one known person in one batch keep what either told', async (t) => {
  const { writer, bindings } = await withWriter(t);
  await writer.write(request());
  await Promise.all([
    writer.write(request({ profile: { nickname: '小红', avatarUrl: '' } })),
    writer.write(request({ profile: undefined, unionid: 'oU1' })),
  ]);
  t.like(await bindings.findOne().lean(), { nickname: '小红', unionid: 'oU1' });
});

test('a look ahead spares the find, and what changed meanwhile counts all the same', async (t) => {
  const { writer, bindings, counted } = await withWriter(t);
  const look = writer.look(request());
  await look?.found;
  const made = await writer.write(request(), look);
  t.deepEqual(counted(), { finds: 1, writes: 1 });
  t.true(made?.created);

  const renamed = { profile: { nickname: '小红', avatarUrl: '' }, createFor: 'login-2' };
  const late = await writer.write(request(renamed), look);
  t.like(late, { userId: made?.userId, nickname: '小红', created: false });
  t.is((await bindings.findOne().lean())?.nickname, '小红');

  const known = writer.look(request());
  await known?.found;
  await bindings.deleteMany({ entId: 'acme' });
  const afresh = await writer.write(request({ createFor: 'login-3' }), known);
  t.true(afresh?.created);
  t.not(afresh?.userId, made?.userId);
  t.is(await bindings.countDocuments(), 1);
});

test('a look ahead that failed, or is old, is made again', async (t) => {
  const { writer, counted } = await withWriter(t);
  const failed = { found: Promise.reject(new Error('away')), askedAt: performance.now() };
  const old = { found: Promise.resolve(undefined), askedAt: performance.now() - 1_500 };
  t.true((await writer.write(request(), failed))?.created);
  t.false((await writer.write(request({ createFor: 'login-2' }), old))?.created);
  t.deepEqual(counted(), { finds: 2, writes: 1 });
});

test('with MongoDB away every login of the batch is told, and the next batch is tried anew', async (t) => {
  const { writer, proxy } = await withWriter(t);
  await writer.write(request());
  proxy.cut();
  const failed = await Promise.allSettled(many(3).map((one) => writer.write(one)));
  t.deepEqual(
    failed.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  );
  proxy.heal();
  const person = await until(() => writer.write(request({ openid: 'o2' })).catch(() => undefined), {
    timeoutMs: 20_000,
  });
  t.true(person.created);
});

test('a generic or an empty profile takes the place of no name and no avatar that is known', async (t) => {
  const { writer, bindings, counted } = await withWriter(t);
  await writer.write(request());
  const before = counted().writes;
  for (const told of [
    { nickname: '微信用户', avatarUrl: 'https://thirdwx.qlogo.cn/grey/132' },
    { nickname: '', avatarUrl: '' },
  ]) {
    t.like(await writer.write(request({ profile: told })), profile);
  }
  t.like(await bindings.findOne().lean(), profile);
  t.is(counted().writes, before);
});

test('where nothing is known it is better than nothing, and the next real one counts', async (t) => {
  const { writer } = await withWriter(t);
  const generic = { nickname: '微信用户', avatarUrl: 'https://thirdwx.qlogo.cn/grey/132' };
  t.like(await writer.write(request({ profile: generic })), generic);
  t.like(await writer.write(request()), profile);
  t.like(await writer.write(request({ openid: 'o2', profile: { nickname: '', avatarUrl: '' } })), {
    nickname: '',
  });
  t.like(await writer.write(request({ openid: 'o2' })), profile);
});

test('of two logins in one batch the generic profile does not win', async (t) => {
  const { writer, bindings } = await withWriter(t);
  const generic = { nickname: '微信用户', avatarUrl: '' };
  await Promise.all([writer.write(request()), writer.write(request({ profile: generic }))]);
  t.like(await bindings.findOne().lean(), profile);
});

test('where people are new they are not looked for', async (t) => {
  const { bindings, counted } = await withWriter(t);
  const writer = guessingWriter(bindings);
  t.is(writer.look(request()), undefined);
  const persons = await Promise.all(many(200).map((one) => writer.write(one)));
  t.deepEqual(counted(), { finds: 0, writes: 1 });
  t.is(new Set(persons.map((person) => person?.userId)).size, 200);
  t.true(persons.every((person) => person?.created));
});

test('one of whom no user may be made is looked for all the same', async (t) => {
  const { writer, bindings } = await withWriter(t);
  const made = await writer.write(request());
  const guessing = guessingWriter(bindings);
  const known = request({ createFor: undefined });
  t.is((await guessing.write(known, guessing.look(known)))?.userId, made?.userId);
});

test('a known person among new ones keeps its user, alone is looked for, and its news are kept', async (t) => {
  const { writer, bindings, counted } = await withWriter(t);
  const made = await writer.write(request({ openid: 'known' }));
  const before = counted();
  const renamed = request({
    openid: 'known',
    createFor: 'login-x',
    profile: { nickname: '小红', avatarUrl: '' },
  });
  const guessing = guessingWriter(bindings);
  const [known, ...others] = await Promise.all([renamed, ...many(10)].map((one) => guessing.write(one)));
  t.like(known, { userId: made?.userId, nickname: '小红', created: false });
  t.true(others.every((person) => person?.created));
  // Its insert is refused; then it is found and updated.
  t.deepEqual(counted(), { finds: before.finds + 1, writes: before.writes + 2 });
  t.is(await bindings.countDocuments(), 11);
  t.is((await bindings.findOne({ openid: 'known' }).lean())?.nickname, '小红');
});

test('many known people are looked for again after a while', async (t) => {
  const { writer, bindings, counted } = await withWriter(t);
  await Promise.all(many(300).map((one) => writer.write(one)));
  const guessing = guessingWriter(bindings);
  const known = many(300, { createFor: 'another login' });
  for (let n = 0; n < 300; n += 50)
    await Promise.all(known.slice(n, n + 50).map((one) => guessing.write(one)));
  const before = counted();
  await Promise.all(known.map((one) => guessing.write(one)));
  t.deepEqual(counted(), { finds: before.finds + 1, writes: before.writes });
});

test('of a worker that looks first and one that inserts first one makes the user, and both answer with that one', async (t) => {
  const { writer, bindings } = await withWriter(t);
  const guessing = guessingWriter(bindings);
  const crowd = many(50);
  const answers = await Promise.all(
    [writer, guessing, writer, guessing].map((one, n) =>
      Promise.all(crowd.map((person) => one.write({ ...person, createFor: `login-${n}` }))),
    ),
  );
  const idsOf = (persons: (typeof answers)[number] = []) => persons.map((person) => person?.userId);
  for (const persons of answers) t.deepEqual(idsOf(persons), idsOf(answers[0]));
  t.is(await bindings.countDocuments(), 50);
  t.is(answers.flat().filter((person) => person?.created).length, 50);
});

test('known people do not wait with new ones whom no majority confirms', async (t) => {
  const { writer, bindings } = await withWriter(t);
  await writer.write(request({ openid: 'known' }));
  const { insert } = withHeldInserts(bindings);
  const newcomer = writer.write(request({ openid: 'new' }));
  await until(() => insert.isHeld);
  const renamed = { nickname: '小红', avatarUrl: '' };
  t.like(await writer.write(request({ openid: 'known', profile: renamed })), renamed);
  insert.go();
  t.true((await newcomer)?.created);
});

/** Inserts wait until they are told to go on; everything else goes through. */
function withHeldInserts({ db }: { db: { db?: mongoose.mongo.Db | undefined } }) {
  const { promise, resolve: go } = Promise.withResolvers<void>();
  const insert = { isHeld: false, go };
  const real = db.db as mongoose.mongo.Db;
  const held = Object.create(real, {
    command: {
      async value(command: object) {
        if ('insert' in command) {
          insert.isHeld = true;
          await promise;
        }
        return real.command(command);
      },
    },
  });
  Object.defineProperty(db, 'db', { value: held });
  return { insert };
}
