import test from 'ava';
import { createQuotas } from '#simulator/quotas.ts';
import { appid, secret, withSimulator } from './with-simulator.ts';

const accounts = { [appid]: secret, wx2: secret };
// A window's beginning, so that no test straddles two.
const now = () => 1_800_000_000_000;

test('beyond the minute quota calls are 45011 and spare the code, per account and endpoint', async (t) => {
  const { control, exchange, mint, read } = await withSimulator(t, {
    accounts,
    now,
    behaviour: { minuteQuota: 2 },
  });
  const answers = [await exchange(mint()), await exchange(mint())] as Record<string, string>[];
  const spared = mint();
  t.is((await exchange(spared))['errcode'], 45011);
  const other = control.mintCode({ appid: 'wx2', person: 'lilei' }).code;
  t.is((await exchange(other, { appid: 'wx2' }))['errcode'], undefined);
  const { access_token, openid } = answers[0] ?? {};
  t.is(
    (await read('/sns/userinfo', { access_token: access_token ?? '', openid: openid ?? '' }))['errcode'],
    undefined,
  );
  t.is(control.code(spared).usedAt, null);
});

test('the next minute begins anew', async (t) => {
  const { exchange, mint, putClockForward } = await withSimulator(t, { behaviour: { minuteQuota: 1 } });
  const answers = [await exchange(mint())];
  for (let count = 0; count < 2; count += 1) answers.push(await exchange(mint()));
  putClockForward(60_000);
  answers.push(await exchange(mint()));
  t.true(answers.some((answer) => answer['errcode'] === 45011));
  t.is(answers.at(-1)?.['errcode'], undefined);
});

test('a minute may be as short as a test needs it', async (t) => {
  const { exchange, mint, control, putClockForward } = await withSimulator(t, {
    behaviour: { minuteQuota: 1, minuteMs: 3_000 },
  });
  const errcodes = async (calls: number) => {
    const answers = [];
    for (let n = 0; n < calls; n += 1) answers.push((await exchange(mint()))['errcode']);
    return answers;
  };
  t.true((await errcodes(3)).includes(45011));
  putClockForward(3_000);
  t.is((await errcodes(1))[0], undefined);
  control.setBehaviour({ minuteMs: 60_000 });
  t.is((await errcodes(1))[0], undefined, 'another minute begins with another length');
});

test('an account may have its own quota', async (t) => {
  const { control, exchange, mint } = await withSimulator(t, {
    accounts,
    now,
    behaviour: { minuteQuota: 0 },
  });
  control.putAccount(appid, { secret, minuteQuota: null });
  t.is((await exchange(mint()))['errcode'], undefined);
});

test('beyond the daily quota calls are 45009 until midnight in China', async (t) => {
  let time = Date.parse('2026-11-23T23:59:00+08:00');
  const { exchange, mint } = await withSimulator(t, { behaviour: { dailyQuota: 1 }, now: () => time });
  await exchange(mint());
  t.is((await exchange(mint()))['errcode'], 45009);
  time += 60_000;
  t.is((await exchange(mint()))['errcode'], undefined);
});

test('calls for an account’s stable token have WeChat’s own quotas: 10,000 a minute, 500,000 a day', (t) => {
  let time = Date.parse('2026-11-23T08:00:00+08:00');
  const behaviour = { minuteQuota: null, dailyQuota: null, minuteMs: 60_000 };
  const accounts = { find: () => undefined };
  const checkQuota = createQuotas({ behaviour, accounts, now: () => time } as never);
  const admitted = () => {
    let count = 0;
    while (checkQuota(appid, 'stable_token') === 0) count += 1;
    return count;
  };
  const minutes = [];
  for (let minute = 0; minute < 50; minute += 1) {
    minutes.push(admitted());
    t.is(checkQuota(appid, 'stable_token'), 45011);
    time += 60_000;
  }
  t.deepEqual(new Set(minutes), new Set([10_000]));
  t.is(checkQuota(appid, 'stable_token'), 45009);
});
