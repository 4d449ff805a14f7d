import test from 'ava';
import { conditionNames } from '#ingress/operate/conditions.ts';
import { findTroubles } from '#ingress/operate/find-troubles.ts';
import { wordsOf } from '#ingress/operate/tell-incident.ts';
import type { Seen } from '#ingress/operate/troubles/trouble.ts';
import { conditionWords, noticeWords } from '#ingress/operate/words/condition-words.ts';
import { errcodeWords, knownCauses } from '#ingress/operate/words/errcode-words.ts';
import { accountStates } from '#models/account/state.ts';
import { fieldOf } from '#models/counts/minutes.ts';
import { troubleCauses } from '#models/login/trouble.ts';
import { errcodes } from '#wechat/errcodes.ts';

const minuteMs = 60_000;
const thisMinute = 1_000_000;
const now = thisMinute * minuteMs + 30_000;

/** `counted`: minutes ago, then what was counted. */
function seen(
  counted: readonly (readonly [ago: number, ent: string, appid: string, step: string, n: number])[],
  more: Partial<Seen> = {},
): Seen {
  const minutes = Array.from({ length: 15 }, (_, back) => {
    const ofMinute = counted.filter(([ago]) => ago === back);
    const minute = thisMinute - back;
    return {
      minute,
      counts: new Map(ofMinute.map(([, ent, appid, step, n]) => [fieldOf(ent, appid, step), n])),
      firsts: new Map(
        ofMinute.map(([, ent, appid, step]) => [fieldOf(ent, appid, step), minute * minuteMs + 7]),
      ),
    };
  });
  return {
    minutes,
    minuteMs,
    now,
    standings: [],
    waiting: 0,
    isPaused: false,
    lastCalls: new Map(),
    ...more,
  };
}

test('the first call that WeChat refuses names account, enterprise, errcode and since when', (t) => {
  const found = findTroubles(
    seen([
      [0, 'acme', 'wx1', 'e:token:40125', 1],
      [0, 'acme', 'wx1', 'failed:misconfigured', 3],
      [0, 'other', 'wx2', 'ready', 50],
    ]),
  );
  t.deepEqual(found, [
    {
      key: 'wechat-call-fails|wx1|40125',
      condition: 'wechat-call-fails',
      severity: 'page',
      appid: 'wx1',
      entIds: ['acme'],
      errcode: 40125,
      cause: '40125',
      since: thisMinute * minuteMs + 7,
      people: 3,
    },
  ]);
});

for (const said of ['-1', 'timeout', 'network', '45009', '45011', '48001', '40164', 'other']) {
  test(`${said} is told at its first occurrence, and no more when it was quiet for five minutes`, (t) => {
    const step = `e:token:${said}`;
    t.is(findTroubles(seen([[0, 'acme', 'wx1', step, 1]])).length, 1);
    t.is(findTroubles(seen([[4, 'acme', 'wx1', step, 1]])).length, 1);
    t.deepEqual(findTroubles(seen([[5, 'acme', 'wx1', step, 1]])), []);
  });
}

test('a WeChat that is away in several words, and an account that is left alone for it, are one trouble', (t) => {
  const rows = [
    [0, 'acme', 'wx1', 'e:token:timeout', 1],
    [0, 'acme', 'wx1', 'e:token:network', 3],
    [1, 'acme', 'wx1', 'e:userinfo:-1', 1],
  ] as const;
  const standings = [{ appid: 'wx1', state: 'unreachable', cause: '', waiting: 2, since: now - 9_000 }];
  const [calls, ...more] = findTroubles(seen(rows, { standings }));
  t.like(calls, { key: 'wechat-call-fails|wx1|unreachable', cause: 'network' });
  t.deepEqual(more, []);
  t.like(findTroubles(seen([], { standings }))[0], { key: calls?.key, cause: 'unreachable' });
});

test('another errcode hides no account that is closed', (t) => {
  const standings = [
    { appid: 'wx1', state: 'misconfigured', cause: '40001', waiting: 0, since: now - 9_000 },
  ];
  const found = findTroubles(seen([[0, 'acme', 'wx1', 'e:token:timeout', 1]], { standings }));
  t.deepEqual(
    found.map(({ cause }) => cause),
    ['timeout', '40001'],
  );
});

test('40001 is the account’s at the trade of a code, and the person’s elsewhere', (t) => {
  t.is(findTroubles(seen([[0, 'acme', 'wx1', 'e:token:40001', 1]])).length, 1);
  t.deepEqual(findTroubles(seen([[0, 'acme', 'wx1', 'e:userinfo:40001', 1]])), []);
});

for (const said of ['40029', '40163', '40226', '42001']) {
  test(`a single ${said} is nobody’s trouble`, (t) => {
    t.deepEqual(findTroubles(seen([[0, 'acme', 'wx1', `e:token:${said}`, 1]])), []);
  });
}

test('an account that the workers leave alone is told as long as they do, with those who stand in its line', (t) => {
  const standing = { appid: 'wx1', state: 'misconfigured', cause: '40243', waiting: 4, since: now - 5_000 };
  const [found, ...more] = findTroubles(seen([], { standings: [standing] }));
  t.like(found, { appid: 'wx1', errcode: 40243, cause: '40243', people: 4, since: now - 5_000 });
  // The counts of the calls that closed it are on their way.
  t.deepEqual(findTroubles(seen([], { standings: [{ ...standing, since: now - 1_000 }] })), []);
  t.deepEqual(more, []);
  t.deepEqual(findTroubles(seen([], { standings: [{ ...standing, state: 'open', cause: '' }] })), []);
});

test('what a call said and how the account stands are one trouble', (t) => {
  const standings = [{ appid: 'wx1', state: 'paused', cause: '45011', waiting: 9, since: now }];
  const found = findTroubles(seen([[0, 'acme', 'wx1', 'e:token:45011', 1]], { standings }));
  t.deepEqual(
    found.map(({ key, people }) => [key, people]),
    [['wechat-call-fails|wx1|45011', 9]],
  );
});

test('codes that die in the queue are told from ten on', (t) => {
  const dead = (n: number) => findTroubles(seen([[1, 'acme', 'wx1', 'again:expired', n]]));
  t.deepEqual(dead(9), []);
  t.like(dead(10)[0], { condition: 'codes-die', appid: 'wx1', people: 10 });
});

test('codes that WeChat does not take are told when they are a fifth', (t) => {
  const refused = (taken: number) =>
    findTroubles(
      seen([
        [0, 'acme', 'wx1', 'again:invalid', 20],
        [0, 'acme', 'wx1', 'exchanged', taken],
      ]),
    );
  t.deepEqual(refused(81), []);
  t.like(refused(80)[0], { condition: 'codes-refused', people: 20 });
});

test('nobody comes back: told two minutes after twenty were sent, and not of people who just read', (t) => {
  const sent = (ago: number, back: number) =>
    findTroubles(
      seen([
        [ago, 'acme', 'wx1', 'sent', 20],
        [0, 'acme', 'wx1', 'back', back],
      ]),
    );
  t.deepEqual(sent(1, 0), []);
  t.like(sent(2, 0)[0], { condition: 'nobody-comes-back', appid: 'wx1', entIds: ['acme'], people: 20 });
  t.deepEqual(sent(2, 1), []);
  const madeUp = [
    [2, 'acme', 'wx1', 'sent', 20],
    [0, 'acme', 'wx1', 'back', 3],
    [0, 'acme', 'wx1', 'again:invalid', 3],
    [0, 'acme', 'wx1', 'nocode', 5],
  ] as const;
  t.is(findTroubles(seen(madeUp))[0]?.condition, 'nobody-comes-back', 'made-up codes hide it from nobody');
});

test('whose code WeChat took came back, however many codes others lose', (t) => {
  const found = findTroubles(
    seen([
      [3, 'acme', 'wx1', 'sent', 100],
      [2, 'acme', 'wx1', 'back', 100],
      [2, 'acme', 'wx1', 'exchanged', 60],
      [2, 'acme', 'wx1', 'again:invalid', 120],
    ]),
  );
  t.deepEqual(
    found.map(({ condition }) => condition),
    ['codes-refused'],
  );
});

test('a host that does not redeem is told, of its enterprise alone', (t) => {
  const told = (redeemed: number) =>
    findTroubles(
      seen([
        [2, 'acme', 'wx1', 'told', 100],
        [2, 'acme', 'wx1', 'redeemed', redeemed],
        [2, 'other', 'wx1', 'told', 100],
        [2, 'other', 'wx1', 'redeemed', 100],
        [0, 'acme', 'wx1', 'told', 500],
      ]),
    );
  t.deepEqual(told(81), []);
  const [found, ...more] = told(80);
  t.like(found, { key: 'host-does-not-redeem|acme', entIds: ['acme'], people: 20 });
  t.deepEqual(more, []);
});

test('who is to be bound first keeps nobody’s ticket back', (t) => {
  const redeemed = (ofReady: number) =>
    findTroubles(
      seen([
        // One minute passed between the end of some and what their pages told.
        [6, 'acme', 'wx1', 'bind', 50],
        [5, 'acme', 'wx1', 'bind', 50],
        [5, 'acme', 'wx1', 'ready', 40],
        [5, 'acme', 'wx1', 'told', 140],
        [4, 'acme', 'wx1', 'redeemed', ofReady],
      ]),
    );
  t.deepEqual(redeemed(40), []);
  t.deepEqual(redeemed(21), []);
  t.like(redeemed(20)[0], { condition: 'host-does-not-redeem', people: 20 });
});

test('no worker is told only while somebody waits for one', (t) => {
  const gone = (waiting: number) => findTroubles(seen([], { waiting, workersGoneSince: now - 9_000 }));
  t.deepEqual(gone(0), []);
  t.like(gone(7)[0], { key: 'no-workers', since: now - 9_000, people: 7 });
});

test('a bug of ours is told at its first occurrence', (t) => {
  const found = findTroubles(seen([[3, 'acme', 'wx1', 'failed:internal', 2]]));
  t.like(found[0], { key: 'login-bugs|', condition: 'login-bugs', entIds: ['acme'], people: 2 });
});

test('every condition, errcode and cause has words in both languages', (t) => {
  for (const lang of ['en', 'zh_CN'] as const) {
    t.deepEqual(Object.keys(conditionWords[lang]).toSorted(), conditionNames.toSorted());
    for (const errcode of errcodes.keys()) {
      t.true(knownCauses.includes(String(errcode)), `${errcode} has no words`);
    }
    const closed = accountStates.filter((state) => state !== 'open' && state !== 'misconfigured');
    const ofAccounts = ['unknown-account', 'unsealable', 'timeout', 'network', 'malformed', 'http'] as const;
    for (const cause of ofAccounts) t.true(troubleCauses.includes(cause));
    for (const cause of [...closed, ...ofAccounts]) t.true(knownCauses.includes(cause), cause);
    for (const cause of knownCauses) {
      const { means, do: remedy } = errcodeWords(lang, cause);
      t.true(means !== '' && remedy !== '');
    }
    t.regex(wordsOf({ condition: 'wechat-call-fails', cause: '40125' }, lang).what, /AppSecret.*40125/);
  }
});

test('a call that was not answered and came right is a notice; one for which people are turned away, or many, is not', (t) => {
  const severityOf = (...rows: [step: string, n: number][]) =>
    findTroubles(seen(rows.map(([step, n]) => [0, 'acme', 'wx1', step, n])))[0]?.severity;
  t.is(severityOf(['e:token:timeout', 1]), 'notice');
  t.is(severityOf(['e:token:timeout', 1], ['exchanged', 1], ['ready', 1]), 'notice');
  t.is(severityOf(['e:token:timeout', 1], ['e:userinfo:-1', 1], ['exchanged', 10]), 'notice');
  t.is(severityOf(['e:token:timeout', 3], ['exchanged', 10]), 'page', 'so many are no chance');
  t.is(
    severityOf(['e:token:timeout', 2], ['again:unknown-outcome', 1]),
    'page',
    'somebody had to do it again',
  );
  t.is(severityOf(['e:token:network', 1], ['failed:unavailable', 1]), 'page');
  t.is(severityOf(['e:token:timeout', 3], ['exchanged', 100_000]), 'notice', 'three in a hundred thousand');
  t.is(severityOf(['e:token:40125', 1], ['exchanged', 100_000]), 'page', 'no waiting mends that');
  const standings = [{ appid: 'wx1', state: 'unreachable', cause: '', waiting: 2, since: now - 9_000 }];
  t.is(findTroubles(seen([[0, 'acme', 'wx1', 'e:token:timeout', 1]], { standings }))[0]?.severity, 'page');
});

test('twenty logins that one stranger began are a notice, those of people from many networks an alarm', (t) => {
  const sent = (networks: number) => {
    const rows = Array.from({ length: networks }, (_, n) => [2, '', 'wx1', `net:${n}`, 1] as const);
    return findTroubles(seen([[2, 'acme', 'wx1', 'sent', 20], ...rows]))[0];
  };
  t.like(sent(1), { condition: 'nobody-comes-back', severity: 'notice', entIds: ['acme'] });
  t.is(sent(7)?.severity, 'notice');
  t.is(sent(8)?.severity, 'page');
  for (const lang of ['en', 'zh_CN'] as const) {
    for (const condition of ['wechat-call-fails', 'nobody-comes-back'] as const)
      t.truthy(noticeWords[lang][condition]);
  }
});

test('where all people have one address, nobody coming back is an alarm of an account that people came back to, and of a hundred', (t) => {
  const sent = (people: number, ...more: (readonly [ago: number, step: string, n: number])[]) =>
    findTroubles(
      seen([
        [2, '', 'wx1', 'net:0', people],
        [2, 'acme', 'wx1', 'sent', people],
        ...more.map(([ago, step, n]) => [ago, 'acme', 'wx1', step, n] as const),
      ]),
    )[0];
  t.is(sent(20)?.severity, 'notice');
  t.is(sent(20, [12, 'back', 5])?.severity, 'page');
  t.is(sent(20, [12, 'back', 4])?.severity, 'notice', 'somebody who tests came back, too');
  t.is(sent(20, [12, 'back', 9], [12, 'again:invalid', 5])?.severity, 'notice', 'made-up codes are nobody');
  t.is(sent(99)?.severity, 'notice');
  t.like(sent(100), { condition: 'nobody-comes-back', severity: 'page', people: 100 });
});

test('calls that come right after the last one that did not are told since when, by their kind and answer', (t) => {
  const at = (ms: number) => thisMinute * minuteMs + ms;
  const rightSince = (
    last: Record<string, [failedAt: number, goodAt?: number]>,
    {
      rows = [['e:token:40125', 1]] as [step: string, n: number][],
      ...more
    }: Partial<Seen> & { rows?: [string, number][] } = {},
  ) => {
    const calls = Object.entries(last).map(
      ([name, [failedAt, goodAt]]) => [name, { failedAt, ...(goodAt && { goodAt }) }] as const,
    );
    const counted = rows.map(([step, n]) => [0, 'acme', 'wx1', step, n] as const);
    const lastCalls = new Map([['wx1', { ends: new Map(calls), addresses: new Map() }]]);
    return findTroubles(seen(counted, { lastCalls, ...more })).map(({ goodSince }) => goodSince);
  };
  t.deepEqual(rightSince({ 'token|40125': [at(50)] }), [undefined]);
  t.deepEqual(rightSince({ 'token|40125': [at(50), at(90)] }), [at(90)]);
  t.deepEqual(rightSince({ 'userinfo|40125': [at(50), at(90)] }), [undefined], 'another kind of call');
  const unseen = { 'token|40125': [at(1), at(2)] } as Record<string, [number, number]>;
  t.deepEqual(rightSince(unseen), [undefined], 'a worker of an old release saw it fail after that');
  const away: [string, number][] = [
    ['e:token:timeout', 1],
    ['e:userinfo:-1', 1],
  ];
  const token: [number, number] = [at(50), at(60)];
  t.deepEqual(rightSince({ 'token|timeout': token }, { rows: away }), [undefined], 'one of two');
  t.deepEqual(rightSince({ 'token|timeout': token, 'userinfo|-1': [at(70), at(80)] }, { rows: away }), [
    at(80),
  ]);
  const standings = [{ appid: 'wx1', state: 'misconfigured', cause: '40125', waiting: 0, since: at(0) }];
  t.deepEqual(
    rightSince({ 'token|40125': [at(50), at(90)] }, { standings }),
    [undefined],
    'it is left alone',
  );
});

test('the addresses of ours that WeChat refused are told of 40164, since that began', (t) => {
  const at = (ms: number) => thisMinute * minuteMs + ms;
  const addresses = new Map([
    ['192.0.2.9', at(90)],
    ['192.0.2.1', at(80)],
    ['192.0.2.5', at(-9_000)],
  ]);
  const told = (said: string) => {
    const lastCalls = new Map([['wx1', { ends: new Map(), addresses }]]);
    return findTroubles(seen([[0, 'acme', 'wx1', `e:token:${said}`, 1]], { lastCalls }))[0]?.addresses;
  };
  t.deepEqual(told('40164'), ['192.0.2.1', '192.0.2.9']);
  t.is(told('40125'), undefined);
});
