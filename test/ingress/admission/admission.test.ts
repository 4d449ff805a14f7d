import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import type { Context } from 'koa';
import { createAdmission } from '#ingress/admission/admission.ts';
import type { Wait } from '#ingress/admission/backlog.ts';
import { createDoorLines } from '#ingress/admission/door-lines.ts';
import type { Traffic } from '#ingress/admission/enterprise-share.ts';
import { type HoldReason, holdReasonOf } from '#ingress/admission/hold-reason.ts';
import { Problem } from '#ingress/http/problem.ts';
import { createWaitingLine } from '#models/login/waiting-line.ts';
import { createSealer } from '#models/sealing.ts';
import { until } from '#test/support/until.ts';
import { withRedis } from '#test/support/with-redis.ts';

const broadcast = { entId: 'broadcast', appid: 'wx1' };
const quiet = { entId: 'quiet', appid: 'wx1' };

/** The door before a backlog of the test's making; everybody but `quiet` floods. */
function withDoor(
  t: ExecutionContext,
  { isSecure = false, ...some }: Partial<Wait> & { isSecure?: boolean; isNobodyThere?: boolean } = {},
) {
  const { url, prefix } = withRedis(t);
  const redis = new Redis(url);
  t.teardown(() => redis.disconnect());
  const state = {
    line: 'wx1',
    state: 'open' as Wait['state'],
    closedForMs: 0,
    waiting: 0,
    perSecond: 100,
    workersPerSecond: 100,
    waitMs: 60_000 - 1,
    isOfAccount: false,
    isNobodyThere: false,
    isPaused: false,
    ...some,
  };
  const errors: unknown[] = [];
  const reasons: HoldReason[] = [];
  const line = createWaitingLine({ redis, prefix, shards: 1 });
  let readings = 0;
  const waitOf = (name: string): Wait => ({ ...state, line: name, reason: holdReasonOf(state.state) });
  const isNobodyThere = () => state.isNobodyThere;
  const sealer = createSealer([{ kid: 'k', key: randomBytes(32) }]);
  /** That of one ingress. */
  function openDoor() {
    const lines = createDoorLines({
      backlog: { readEachMs: 20, waitOf },
      line: {
        ...line,
        advance(...args) {
          readings += 1;
          return line.advance(...args);
        },
      },
      isNobodyThere,
      onError: (error) => errors.push(error),
    });
    t.teardown(() => lines.close());
    return createAdmission({
      backlog: { waitOfLogin: () => waitOf(state.line) },
      clientName: () => 'client',
      lines,
      isNobodyThere,
      traffic: { note: () => {}, isHeavy: (entId: string) => entId !== 'quiet' } as unknown as Traffic,
      sealer,
      isSecure,
      onHeld: (reason) => reasons.push(reason),
    });
  }
  const door = openDoor();

  /** A browser that keeps the cookie it is given. */
  function browser(name: string) {
    const jar = { line: '', attributes: '' };
    const ctx = {
      cookies: { get: () => jar.line || undefined },
      append(_header: string, value: string) {
        const [, line = '', attributes = ''] = /^[^=]+=([^;]*)(.*)$/.exec(value) ?? [];
        Object.assign(jar, { line, attributes, name: value.split('=', 1)[0] });
      },
    } as unknown as Context;
    return {
      jar,
      come: (enterprise = broadcast, at = door) => at.hold(ctx, enterprise, `digest of ${name}`),
    };
  }
  return {
    browser,
    openDoor,
    state,
    redis,
    errors,
    reasons,
    lineKey: `{${prefix}:0}:line:wx1`,
    readings: () => readings,
  };
}

test('without a backlog everybody walks in', async (t) => {
  const { browser } = withDoor(t, { waitMs: 19_000 });
  t.is(await browser('a').come(), undefined);
});

test('a light enterprise’s people walk in past any line', async (t) => {
  const { browser } = withDoor(t);
  t.truthy(await browser('a').come());
  const guest = browser('b');
  t.is(await guest.come(quiet), undefined);
  t.is(guest.jar.line, '');
});

test('people who are held back get consecutive places, and are told when to come back', async (t) => {
  const { browser } = withDoor(t);
  const held = [];
  for (const name of ['a', 'b', 'c']) held.push(await browser(name).come());
  t.deepEqual(
    held.map((one) => one?.place),
    [1, 2, 3],
  );
  for (const one of held) {
    t.true((one?.retryAfterMs ?? 0) >= 3_000 && (one?.retryAfterMs ?? 0) <= 24_000);
    t.true((one?.waitMs ?? 0) >= 59_999);
  }
});

test('a long line is not sent back and forth', async (t) => {
  const { browser } = withDoor(t, { perSecond: 1, workersPerSecond: 1 });
  for (let n = 0; n < 300; n += 1) await browser(`${n}`).come();
  const last = await browser('last').come();
  t.true((last?.retryAfterMs ?? 0) >= 20_000 && (last?.retryAfterMs ?? 0) <= 24_000);
});

test('a slow account’s rate may be another in a moment: nobody sleeps on it for long', async (t) => {
  const { browser } = withDoor(t, { perSecond: 1 });
  for (let n = 0; n < 300; n += 1) await browser(`${n}`).come();
  const last = await browser('last').come();
  t.true((last?.retryAfterMs ?? 0) >= 8_000 && (last?.retryAfterMs ?? 0) <= 9_600);
});

test('so many may wait that they are told to come back later: 200 a second', async (t) => {
  const { browser, redis, lineKey } = withDoor(t, { perSecond: 1 });
  await redis.hset(lineKey, 'issued', 10_000);
  const last = await browser('last').come();
  t.true((last?.retryAfterMs ?? 0) >= 50_000 && (last?.retryAfterMs ?? 0) <= 60_010);
});

test('who comes back keeps the place', async (t) => {
  const { browser } = withDoor(t);
  const first = browser('a');
  await first.come();
  const { line } = first.jar;
  await browser('b').come();
  t.is((await first.come())?.place, 1);
  t.is(first.jar.line, line);
  t.is((await browser('c').come())?.place, 3);
});

test('who comes back to another ingress, which knows nothing of the line yet, keeps the place', async (t) => {
  const { browser, openDoor } = withDoor(t);
  const people = ['a', 'b', 'c'].map(browser);
  for (const one of people) await one.come();
  const [, , last] = people;
  const { line } = last?.jar ?? {};
  t.is((await last?.come(broadcast, openDoor()))?.place, 3);
  t.is(last?.jar.line, line);
});

test('a number that Redis knows nothing of, as it lost the last ones, is not waited for: it is a new one', async (t) => {
  const { browser, redis, lineKey } = withDoor(t);
  const first = browser('first');
  await first.come();
  for (let n = 0; n < 50; n += 1) await browser(`who left ${n}`).come();
  const last = browser('last');
  t.is((await last.come())?.place, 52);
  // Restarted with what was on its disk.
  await redis.hset(lineKey, 'issued', 1);
  await until(async () => (await last.come())?.place === 2);
  t.is((await last.come())?.place, 2);
  t.is((await first.come())?.place, 1);
});

for (const [isSecure, name, secure] of [
  [false, 'wechat-login-place', ''],
  [true, '__Host-wechat-login-place', '; Secure'],
] as const) {
  test(`over ${isSecure ? 'https' : 'http'} the line’s cookie is ${name}, sealed, HttpOnly and Lax`, async (t) => {
    const { browser } = withDoor(t, { isSecure });
    const one = browser('a');
    await one.come();
    t.like(one.jar, { name, attributes: `; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax${secure}` });
    t.regex(one.jar.line, /^3\.XC20P\.k\.[\w-]{30,}$/);
  });
}

const forged = test.macro({
  async exec(t, _what: string, forge: (line: string) => string) {
    const { browser } = withDoor(t);
    const first = browser('a');
    await first.come();
    const cheat = browser('b');
    cheat.jar.line = forge(first.jar.line);
    t.is((await cheat.come())?.place, 2);
    t.not(cheat.jar.line, first.jar.line);
  },
  title: (_, what: string) => `${what} gets a new number, at the end of the line`,
});
test(forged, 'another browser’s cookie', (line) => line);
test(forged, 'a cookie somebody altered', (line) => `${line.slice(0, -4)}AAAA`);
test(forged, 'a number in the clear', () => '0');
test(forged, 'nonsense', () => '%00;=');
test(forged, 'an endless cookie', (line) => line.repeat(100));

test('people are called in order as the backlog drains, and those behind them stay', async (t) => {
  const { browser, state } = withDoor(t);
  const browsers = Array.from({ length: 30 }, (_, n) => browser(`${n}`));
  for (const one of browsers) await one.come();
  // Drained to where people are called in, 15 of a hundred at a time; then full again.
  state.waitMs = 11_000;
  await until(async () => (await browsers[0]?.come()) === undefined);
  state.waitMs = 50_000;
  const held = await Promise.all(browsers.map((one) => one.come()));
  const firstHeld = held.findIndex((one) => one !== undefined);
  t.true(held.slice(0, Math.max(firstHeld, 0)).every((one) => one === undefined));
  t.true(firstHeld === -1 || held.slice(firstHeld).every((one) => one !== undefined));
});

test('nobody overtakes the line while somebody still waits in it', async (t) => {
  const { browser, state } = withDoor(t);
  await browser('a').come();
  state.waitMs = 19_000;
  t.is((await browser('b').come())?.place, 2);
});

test('once the line is empty the door is open again', async (t) => {
  const { browser, state } = withDoor(t);
  const first = browser('a');
  await first.come();
  state.waitMs = 0;
  await until(async () => (await first.come()) === undefined);
  await until(async () => (await browser('new').come()) === undefined);
  t.pass();
});

test('nobody is called while those who are in keep the workers busy', async (t) => {
  const { browser, state, readings } = withDoor(t);
  const first = browser('a');
  await first.come();
  state.waitMs = 12_000;
  const before = readings();
  await until(() => readings() > before + 3);
  t.is((await first.come())?.place, 1);
});

test('with Redis away whoever would have to wait is asked to try again, and others walk in', async (t) => {
  const { browser, redis } = withDoor(t);
  redis.disconnect();
  t.like(await t.throwsAsync(browser('a').come(), { instanceOf: Problem }), { status: 503 });
  t.is(await browser('b').come(quiet), undefined);
});

for (const [state, reason] of [
  ['unreachable', 'wechat-unreachable'],
  ['exhausted', 'day-used-up'],
] as const) {
  test(`while an account is ${state} nobody is sent to WeChat, and everybody is told why`, async (t) => {
    const { browser, reasons } = withDoor(t, { state, waitMs: 0, closedForMs: 9_000, waiting: 1 });
    t.like(await browser('a').come(), { reason, place: 1 });
    t.like(await browser('b').come(quiet), { reason, place: 2 });
    t.deepEqual(reasons, [reason, reason]);
  });
}

test('one person at a time finds out whether it is over: the next one once nobody waits', async (t) => {
  const { browser, state } = withDoor(t, { state: 'unreachable', waitMs: 0 });
  t.is(await browser('who comes first').come(), undefined);
  const people = Array.from({ length: 3 }, (_, n) => browser(`${n}`));
  const come = () => Promise.all(people.map((one) => one.come()));
  state.waiting = 1;
  t.deepEqual(
    (await come()).map((held) => held?.place),
    [1, 2, 3],
  );
  state.waiting = 0;
  const letIn = await until(
    async () => {
      const count = (await come()).filter((held) => held === undefined).length;
      return count > 0 && count;
    },
    { timeoutMs: 20_000 },
  );
  t.is(letIn, 1);
});

test('a number that was called before lets nobody in to an account that takes no calls', async (t) => {
  const { browser, state, redis, lineKey } = withDoor(t);
  const one = browser('a');
  await one.come();
  await redis.hset(lineKey, 'called', 1);
  Object.assign(state, { state: 'exhausted', waiting: 1, waitMs: 0 });
  t.like(await one.come(), { reason: 'day-used-up' });
});

for (const state of ['unreachable', 'exhausted'] as const) {
  test(`people who have left keep an account that is ${state} closed to nobody`, async (t) => {
    const { browser, state: world, redis, lineKey } = withDoor(t, { state, waitMs: 0, waiting: 1 });
    for (let n = 0; n < 40; n += 1) await browser(`who left ${n}`).come();
    const person = browser('who is there');
    const { place } = (await person.come()) ?? {};
    world.waiting = 0;
    await until(async () => (await person.come()) === undefined, { timeoutMs: 15_000 });
    t.true(Number(await redis.hget(lineKey, 'called')) < (place ?? 0));
  });
}

test('while the minute is used up those who flood are held, the few of another enterprise are not', async (t) => {
  const { browser, reasons } = withDoor(t, { state: 'paused', waitMs: 3_000, closedForMs: 3_000 });
  t.like(await browser('a').come(), { reason: 'minute-used-up' });
  t.is(await browser('b').come(quiet), undefined);
  t.deepEqual(reasons, ['minute-used-up']);
});

test('once the pause is over whoever comes first finds out whether WeChat takes calls again', async (t) => {
  const { browser } = withDoor(t, { state: 'paused', waitMs: 0, closedForMs: 0 });
  t.is(await browser('a').come(), undefined);
});

test('behind a line of a minute nobody at all is let in: a code would wait too long', async (t) => {
  const { browser, state } = withDoor(t, { waitMs: 60_000 });
  t.like(await browser('b').come(quiet), { reason: 'busy' });
  state.waitMs = 59_999;
  t.is(await browser('c').come(quiet), undefined);
});

test('an enterprise with a slice of its own waits in the slice’s line', async (t) => {
  const { browser, redis, lineKey } = withDoor(t, { line: 'wx1/quiet', waitMs: 30_000 });
  t.like(await browser('a').come(quiet), { reason: 'busy', place: 1 });
  t.is(await redis.hget(`${lineKey}/quiet`, 'issued'), '1');
});

test('a misconfigured account holds nobody: its logins say so, and find out when it is mended', async (t) => {
  const { browser } = withDoor(t, { state: 'misconfigured', waitMs: 4_000, closedForMs: 4_000 });
  t.is(await browser('a').come(), undefined);
});

test('with nobody there to work everybody is held, and let in when somebody is', async (t) => {
  const { browser, state } = withDoor(t, { waitMs: 0, isNobodyThere: true });
  const one = browser('a');
  t.like(await one.come(quiet), { reason: 'no-workers', place: 1 });
  t.like(await one.come(quiet), { reason: 'no-workers', place: 1 });
  state.isNobodyThere = false;
  t.is(await one.come(quiet), undefined);
});

test('who waits for an account’s next minute is told to come back when it begins', async (t) => {
  const { browser } = withDoor(t, {
    state: 'exhausted',
    closedForMs: 15_000,
    waitMs: 15_000,
    waiting: 1,
  });
  const held = await browser('a').come();
  t.true((held?.retryAfterMs ?? 0) >= 15_000 && (held?.retryAfterMs ?? 0) <= 18_000);
});

test('while the queue is paused on the dashboard everybody is held, and let in when it goes on', async (t) => {
  const { browser, state } = withDoor(t, { waitMs: 0, isPaused: true });
  const guest = browser('a');
  t.is((await guest.come(quiet))?.place, 1);
  t.is((await browser('b').come())?.place, 2);
  state.isPaused = false;
  t.is(await guest.come(quiet), undefined);
});

test('nobody tries a closed account while the queue is paused: no trial would ever answer', async (t) => {
  const { browser } = withDoor(t, { state: 'exhausted', isPaused: true });
  for (const name of ['a', 'b']) t.truthy(await browser(name).come());
});
