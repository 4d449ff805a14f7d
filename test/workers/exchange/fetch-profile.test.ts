import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type { Claim } from '#models/login/ledger.ts';
import type { WeChatClient } from '#wechat/api/client.ts';
import { WeChatError, WeChatUnreachable } from '#wechat/api/errors.ts';
import { fetchProfile } from '#workers/exchange/fetch-profile.ts';
import { profile, token } from './with-exchange.ts';

const denied = (errcode: number) => new WeChatError(errcode, 'userinfo');
const away = new WeChatUnreachable('userinfo', 'timeout', true);

/** A WeChat that answers `userinfo` one after another, and says what it was asked. */
function scripted(
  userinfo: (typeof profile | Error)[],
  refresh: Error | { accessToken: string } = { accessToken: 'fresh' },
  takesMs = 0,
) {
  const asked: string[] = [];
  const left: number[] = [];
  const wechat = {
    async fetchUserinfo({
      accessToken,
      lang,
      timeLeftMs,
    }: {
      accessToken: string;
      lang: string;
      timeLeftMs: number;
    }) {
      asked.push(`userinfo ${accessToken} ${lang}`);
      left.push(timeLeftMs);
      await sleep(takesMs);
      const answer =
        userinfo[Math.min(asked.filter((one) => one.startsWith('userinfo')).length, userinfo.length) - 1];
      if (answer instanceof Error) throw answer;
      return answer;
    },
    async refreshToken({ refreshToken, appid }: { refreshToken: string; appid: string }) {
      asked.push(`refresh ${refreshToken} ${appid}`);
      if (refresh instanceof Error) throw refresh;
      return refresh;
    },
  } as unknown as WeChatClient;
  const gate = { slowDown: async (appid: string) => void asked.push(`slower ${appid}`) };
  return { wechat, gate, asked, left };
}
const claim = { appid: 'wx1', lang: 'zh_CN', timeLeftMs: 200_000 } as Claim;
/** The time that is left, in seconds. */
const inSeconds = (ms: number) => Math.ceil(ms / 1_000);
const fetchIt = (
  world: Parameters<typeof fetchProfile>[0],
  some: { refreshToken?: string; timeLeftMs?: number } = {},
) =>
  fetchProfile(
    world,
    { ...claim, askedAt: performance.now(), timeLeftMs: some.timeLeftMs ?? claim.timeLeftMs },
    { ...token, accessToken: 'first', refreshToken: some.refreshToken ?? 'refresh' },
  );

test('the profile is asked for once, in the login’s language', async (t) => {
  const { asked, left, ...world } = scripted([profile]);
  t.is(await fetchIt(world), profile);
  t.deepEqual([asked, left.map(inSeconds)], [['userinfo first zh_CN'], [200]]);
});

test('a call whose code has died long ago still gets a second', async (t) => {
  const { left, ...world } = scripted([profile]);
  await fetchIt(world, { timeLeftMs: -60_000 });
  t.deepEqual(left.map(inSeconds), [1]);
});

test('all calls share the time that is left: what one took the next one has not, and after it there is none', async (t) => {
  const { left, ...world } = scripted([away], undefined, 600);
  t.is(await fetchIt(world, { timeLeftMs: 1_500 }), undefined);
  const [first = 0, second = 0, ...more] = left;
  t.true(first <= 1_500 && second <= first - 700, left.join());
  t.true(more.every((ms) => ms === 1) && more.length <= 1, left.join());
});

const busy = test.macro({
  async exec(t, _what: string, answers: (typeof profile | Error)[], calls: number, found: boolean) {
    const { asked, ...world } = scripted(answers);
    t.is(await fetchIt(world), found ? profile : undefined);
    t.is(asked.length, calls);
  },
  title: (_, what: string, __: unknown, calls: number, found: boolean) =>
    `${what}: ${calls} calls, and the login goes on with${found ? '' : 'out'} a profile`,
});
test(busy, '-1 twice', [denied(-1), denied(-1), profile], 3, true);
test(busy, '-1 for ever', [denied(-1)], 3, false);
test(busy, 'no answer once', [away, profile], 2, true);
test(busy, 'no answer at all', [away], 3, false);
test(busy, 'a day’s quota that is used up', [denied(45_009)], 1, false);

test('a minute’s quota that is used up slows the account down, and the login goes on without a profile', async (t) => {
  const { asked, ...world } = scripted([denied(45_011)]);
  t.is(await fetchIt(world), undefined);
  t.deepEqual(asked, ['userinfo first zh_CN', 'slower wx1']);
});

for (const errcode of [40_001, 40_014, 42_001]) {
  test(`a token that is dead by ${errcode} is renewed once`, async (t) => {
    const { asked, ...world } = scripted([denied(errcode), profile]);
    t.is(await fetchIt(world), profile);
    t.deepEqual(asked, ['userinfo first zh_CN', 'refresh refresh wx1', 'userinfo fresh zh_CN']);
  });
}

test('a token that is dead again after its renewal is not renewed a second time', async (t) => {
  const { asked, ...world } = scripted([denied(42_001)]);
  t.like(await t.throwsAsync(fetchIt(world), { instanceOf: WeChatError }), { errcode: 42_001 });
  t.is(asked.length, 3);
});

test('a dead token without a refresh token is told', async (t) => {
  const { asked, ...world } = scripted([denied(40_001)]);
  t.like(await t.throwsAsync(fetchIt(world, { refreshToken: '' })), { errcode: 40_001 });
  t.is(asked.length, 1);
});

test('a renewal that WeChat turns down is told', async (t) => {
  const world = scripted([denied(42_001)], new WeChatError(40_030, 'refresh'));
  t.like(await t.throwsAsync(fetchIt(world)), { errcode: 40_030, endpoint: 'refresh' });
});

test('a renewal that WeChat does not answer leaves the login without a profile', async (t) => {
  const world = scripted([denied(42_001)], new WeChatUnreachable('refresh', 'timeout', true));
  t.is(await fetchIt(world), undefined);
});

for (const errcode of [40_003, 48_001, 50_002, 40_013]) {
  test(`${errcode} is told at once`, async (t) => {
    const { asked, ...world } = scripted([denied(errcode)]);
    t.like(await t.throwsAsync(fetchIt(world)), { errcode });
    t.is(asked.length, 1);
  });
}

test('a bug of ours is no busy WeChat', async (t) => {
  const world = scripted([new TypeError('a bug')]);
  await t.throwsAsync(fetchIt(world), { instanceOf: TypeError });
});
