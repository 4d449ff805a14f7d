import test from 'ava';
import { createScanCode, isScanCode, shardOfScanCode } from '#models/login/scan-code.ts';
import { createScans } from '#models/login/scans.ts';
import { shardOf } from '#models/login/store.ts';
import { identity, newLogin, withLogins } from '#test/models/login/with-logins.ts';

const minute = 60_000;
const desktop = 'digest of the desktop';
const phone = newLogin.browser;
const opened = {
  entId: newLogin.entId,
  appid: newLogin.appid,
  enterprise: '',
  target: '/chat/7',
  lang: 'en',
  hostState: 'the host’s',
  challenge: 'c'.repeat(43),
  goal: '',
  browser: desktop,
  device: 'Chrome 130 · Windows 10',
  network: 'a network',
  known: ['a-binding', 'another'],
} as const;
const identified = { status: 'ready', identity } as const;

function withScans(t: Parameters<typeof withLogins>[0], { shards = 1 } = {}) {
  const logins = withLogins(t, { shards });
  const { store, sealer, clock } = logins;
  const scans = createScans({ store, shards, sealer });
  const read = async (id: string) => {
    const scan = await scans.read(id);
    if (scan === undefined) throw new Error('the scan is gone');
    return scan;
  };
  const allow = async (id: string, loginId: string, { isKnown = false } = {}) =>
    scans.decide(await read(id), { loginId, browser: phone }, { decision: 'allow', isKnown, identified });
  /** A scan that a phone has taken. */
  async function taken() {
    const { id } = await scans.open(opened);
    const { id: login } = await logins.finished('ready', { goal: `scan:${id}` });
    await scans.take(id, login, phone);
    return { id, login };
  }
  const pass = (ms: number) => {
    clock.offsetMs += ms;
  };
  return { ...logins, scans, readScan: read, allow, taken, pass };
}

test('a code tells the shard of its scan, whatever the shards, and is 22 letters and digits', (t) => {
  for (const shards of [1, 2, 7, 256]) {
    for (const shard of [0, shards - 1]) {
      const code = createScanCode(shard, shards);
      t.true(isScanCode(code));
      t.is(shardOfScanCode(code, shards), shard);
    }
  }
  t.false(isScanCode(`${createScanCode(0, 1)}x`));
});

test('a scan keeps what the desktop’s link said, and is found by its code', async (t) => {
  const { scans } = withScans(t, { shards: 8 });
  const { id, code } = await scans.open(opened);
  const found = await scans.find(code);
  t.like(found, { ...opened, id, code, state: 'waiting', phone: '', who: undefined });
  t.true((found?.dueInMs ?? 0) > 55_000);
  t.is(await scans.find(createScanCode(shardOf(id), 8)), undefined);
});

test('a picture is renewed each minute, and of all codes the two newest are good', async (t) => {
  const { scans, readScan, pass, redis, prefix } = withScans(t);
  const { id, code: first } = await scans.open(opened);
  // Before its minute is over nothing is renewed, whoever asks.
  t.is((await scans.renew(await readScan(id)))?.code, first);
  pass(minute);
  const before = await readScan(id);
  t.is(before.dueInMs, 0);
  const second = await scans.renew(before);
  t.not(second?.code, first);
  // A second tab has seen the old one: both show the same new one.
  t.is((await scans.renew(before))?.code, second?.code);
  t.truthy(await scans.find(first));
  pass(minute);
  const third = await scans.renew(await readScan(id));
  t.is(await scans.find(first), undefined);
  t.truthy(await scans.find(second?.code ?? ''));
  t.truthy(await scans.find(third?.code ?? ''));
  for (const key of await redis.keys(`*${prefix}*:qr:*`)) t.true((await redis.pttl(key)) <= 2 * minute);
});

test('ten renewals, and the scan is over', async (t) => {
  const { scans, readScan, pass } = withScans(t);
  const { id } = await scans.open(opened);
  for (let n = 0; n < 10; n += 1) {
    pass(minute);
    t.is((await scans.renew(await readScan(id)))?.state, 'waiting');
  }
  pass(minute);
  t.like(await scans.renew(await readScan(id)), { state: 'expired', dueInMs: undefined });
});

test('only a login for this scan that WeChat identified takes it, in its own browser', async (t) => {
  const { scans, recorded, finished, readScan } = withScans(t);
  const { id } = await scans.open(opened);
  const pending = await recorded({ goal: `scan:${id}` });
  const elsewhere = await finished('ready', { goal: 'scan:another' });
  const forTicket = await finished('ready');
  const foreign = await finished('ready', { goal: `scan:${id}` });
  t.is((await scans.take(id, pending, phone)).verb, 'unknown');
  t.is((await scans.take(id, elsewhere.id, phone)).verb, 'unknown');
  t.is((await scans.take(id, forTicket.id, phone)).verb, 'unknown');
  t.is((await scans.take(id, foreign.id, 'another phone')).verb, 'unknown');
  t.is((await readScan(id)).state, 'waiting');
});

test('the first phone takes it and may come back; the next one does not', async (t) => {
  const { scans, finished, readScan, taken, redis, prefix } = withScans(t);
  const { id, login } = await taken();
  t.deepEqual(await scans.take(id, login, phone), { verb: 'asking', login });
  const other = await finished('ready', { goal: `scan:${id}` });
  await redis.hset(`{${prefix}:0}:login:${other.id}`, 'browser', 'another phone');
  t.deepEqual(await scans.take(id, other.id, 'another phone'), { verb: 'taken', login: '' });
  // Scanned twice by one phone: it is led to the login that has it.
  const again = await finished('ready', { goal: `scan:${id}` });
  t.deepEqual(await scans.take(id, again.id, phone), { verb: 'taken', login });
  t.like(await readScan(id), { login, phone, state: 'asking' });
});

test('nothing is allowed by another login than the one that took it, nor in another browser', async (t) => {
  const { scans, finished, readScan, taken, allow } = withScans(t);
  const { id, login } = await taken();
  const other = await finished('ready', { goal: `scan:${id}` });
  t.is((await allow(id, other.id)).verb, 'unknown');
  const scan = await readScan(id);
  const word = { decision: 'allow', isKnown: true, identified } as const;
  t.is((await scans.decide(scan, { loginId: login, browser: 'another phone' }, word)).verb, 'unknown');
  t.is((await readScan(id)).state, 'asking');
});

test('of the person nothing is told before the yes, and the yes repeated shows the same digits', async (t) => {
  const { readScan, taken, allow } = withScans(t);
  const { id, login } = await taken();
  t.is((await readScan(id)).who, undefined);
  const { verb, digits } = await allow(id, login);
  t.is(verb, 'match');
  t.regex(digits, /^\d{3}$/);
  t.deepEqual(await allow(id, login), { verb: 'match', digits, isNew: false });
  t.deepEqual((await readScan(id)).who, { nickname: identity.nickname, avatarUrl: identity.avatarUrl });
});

test('a yes is taken back by the phone that gave it, until the digits are typed: then they log nobody in', async (t) => {
  const { scans, readScan, taken, allow } = withScans(t);
  const { id, login } = await taken();
  const deny = { decision: 'deny', isKnown: false, identified } as const;
  const { digits } = await allow(id, login);
  const scan = await readScan(id);
  t.is((await scans.decide(scan, { loginId: login, browser: 'another phone' }, deny)).verb, 'unknown');
  t.is((await readScan(id)).state, 'match');
  t.like(await scans.decide(scan, { loginId: login, browser: phone }, deny), { verb: 'denied', isNew: true });
  t.like(await scans.decide(scan, { loginId: login, browser: phone }, deny), {
    verb: 'denied',
    isNew: false,
  });
  t.is((await scans.match(scan, desktop, digits, identified)).verb, 'late');
  t.is((await allow(id, login)).verb, 'denied');
  t.like(await readScan(id), { state: 'denied', endedLogin: '' });
  // Who is in is in.
  const ended = await taken();
  await allow(ended.id, ended.login, { isKnown: true });
  const late = await scans.decide(await readScan(ended.id), { loginId: ended.login, browser: phone }, deny);
  t.is(late.verb, 'ended');
});

test('two tries for the digits, then the right ones are too late', async (t) => {
  const { scans, readScan, taken, allow } = withScans(t);
  const { id, login } = await taken();
  const { digits } = await allow(id, login);
  const wrong = digits === '000' ? '001' : '000';
  const scan = await readScan(id);
  t.is((await scans.match(scan, 'another desktop', digits, identified)).verb, 'unknown');
  t.deepEqual(await scans.match(scan, desktop, wrong, identified), { verb: 'wrong', triesLeft: 1 });
  t.deepEqual(await scans.match(scan, desktop, wrong, identified), { verb: 'wrong', triesLeft: 0 });
  t.is((await scans.match(scan, desktop, digits, identified)).verb, 'late');
  t.like(await readScan(id), { state: 'denied', endedLogin: '' });
});

test('the desktop’s login has what its own link said, and says by which way; its reply may be lost', async (t) => {
  const { scans, readScan, taken, allow, records, tickets } = withScans(t);
  const { id, login } = await taken();
  const { digits } = await allow(id, login);
  const scan = await readScan(id);
  t.is((await scans.match(scan, desktop, digits, identified)).verb, 'ended');
  const { endedLogin } = await readScan(id);
  t.is((await scans.match(scan, desktop, digits, identified)).verb, 'ended');
  t.is((await readScan(id)).endedLogin, endedLogin);
  t.like(await records.read(endedLogin), {
    browser: desktop,
    status: 'ready',
    via: 'scan',
    target: '/chat/7',
    hostState: 'the host’s',
    isRedeemed: false,
  });
  // The phone has no ticket; the desktop's needs the verifier of the desktop's link.
  t.is((await records.read(login))?.goal, `scan:${id}`);
  t.is(await tickets.redeem('acme', 'made up'), undefined);
});

test('a scan that was opened for something else than a ticket leads there', async (t) => {
  const { scans, readScan, allow, finished, records } = withScans(t);
  const { id } = await scans.open({ ...opened, goal: 'oidc:its-uid' });
  const { id: login } = await finished('ready', { goal: `scan:${id}` });
  await scans.take(id, login, phone);
  await allow(id, login, { isKnown: true });
  const { endedLogin } = await readScan(id);
  t.like(await records.read(endedLogin), { goal: 'oidc:its-uid', via: 'scan', status: 'ready' });
});

test('what its desktop cancels logs nobody in, and the login that it had is worth nothing', async (t) => {
  const { scans, readScan, taken, allow, records, finished } = withScans(t);
  const ended = await taken();
  await allow(ended.id, ended.login, { isKnown: true });
  const scan = await readScan(ended.id);
  await scans.cancel(scan, 'another desktop');
  t.is((await records.read(scan.endedLogin))?.status, 'ready');
  for (const _again of [1, 2]) await scans.cancel(scan, desktop);
  t.is((await readScan(ended.id)).state, 'denied');
  t.is(await records.read(scan.endedLogin), undefined);

  const typed = await taken();
  const { digits } = await allow(typed.id, typed.login);
  await scans.cancel(await readScan(typed.id), desktop);
  t.is((await scans.match(await readScan(typed.id), desktop, digits, identified)).verb, 'late');

  const shown = await scans.open(opened);
  await scans.cancel(await readScan(shown.id), desktop);
  const { id: login } = await finished('ready', { goal: `scan:${shown.id}` });
  t.is((await scans.take(shown.id, login, phone)).verb, 'denied');
});

test('who waits too long begins anew: three minutes to answer, one to type', async (t) => {
  const { scans, readScan, taken, allow, pass } = withScans(t);
  const asked = await taken();
  pass(3 * minute);
  t.is((await readScan(asked.id)).state, 'expired');
  t.is((await allow(asked.id, asked.login)).verb, 'expired');
  const allowed = await taken();
  const { digits } = await allow(allowed.id, allowed.login);
  pass(minute);
  const scan = await readScan(allowed.id);
  t.is(scan.state, 'expired');
  t.is((await scans.match(scan, desktop, digits, identified)).verb, 'late');
});

test('an unbinding counts until the very end: before the phone takes it, before its yes, before the digits', async (t) => {
  const { scans, readScan, taken, allow, finished, unbinding } = withScans(t);
  const person = { entId: newLogin.entId, ...identity };
  const { id } = await scans.open(opened);
  const { id: login } = await finished('ready', { goal: `scan:${id}` });
  const known = await taken();
  const typed = await taken();
  const { digits } = await allow(typed.id, typed.login);
  await unbinding.remove([person]);
  t.is((await scans.take(id, login, phone)).verb, 'unbound');
  t.is((await allow(known.id, known.login, { isKnown: true })).verb, 'unbound');
  const scan = await readScan(typed.id);
  t.is((await scans.match(scan, desktop, digits, identified)).verb, 'unbound');
  for (const each of [id, known.id, typed.id]) t.is((await readScan(each)).endedLogin, '');
});

test('a person has five questions open at most, and an answer makes room', async (t) => {
  const { scans, taken, readScan, finished, pass } = withScans(t);
  const five = [];
  for (let n = 0; n < 5; n += 1) five.push(await taken());
  const { id } = await scans.open(opened);
  const { id: login } = await finished('ready', { goal: `scan:${id}` });
  t.is((await scans.take(id, login, phone)).verb, 'full');
  const [first] = five;
  const deny = { decision: 'deny', isKnown: false, identified } as const;
  await scans.decide(await readScan(first?.id ?? ''), { loginId: first?.login ?? '', browser: phone }, deny);
  t.is((await scans.take(id, login, phone)).verb, 'asking');
  // Nobody's unanswered questions stand in the way for ever.
  pass(3 * minute);
  const next = await taken();
  t.is((await readScan(next.id)).state, 'asking');
});
