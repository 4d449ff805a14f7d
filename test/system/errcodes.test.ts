import test from 'ava';
import type { FaultInput } from '#simulator/fault-schema.ts';
import { sharedService } from './shared-service.ts';

const service = await sharedService({ env: { WECHAT_TIMEOUT_MS: '1500' } });
const { control } = service.simulator;

type Row = {
  /** What WeChat does at the exchange, or at `endpoint`. */
  fault: Partial<FaultInput> & Pick<FaultInput, 'kind'>;
  /** How the login ends without the person or the page doing anything: `status` or `failed reason`. */
  ends: string;
  /** Calls of access_token and of userinfo. */
  exchanges: number;
  userinfos?: number;
  nickname?: 'kept' | 'empty';
};

const meets = test.macro<[string, Row]>({
  async exec(t, _, { fault, ends, exchanges, userinfos = ends === 'ready' ? 1 : 0, nickname = 'kept' }) {
    const { entId, appid } = await service.seedEnterprise();
    const person = service.person();
    control.addFault({ endpoint: 'access_token', person: person.name, ...fault } as FaultInput);
    await person.callback(await person.authorize(await person.start(entId)));
    const { status, reason } = await person.waitForEnd();
    t.is([status, reason].filter(Boolean).join(' '), ends);
    const callsOf = (endpoint: 'access_token' | 'userinfo') =>
      control.calls({ endpoint, appid }).calls.length;
    t.is(callsOf('access_token'), exchanges);
    t.is(callsOf('userinfo'), userinfos);
    const bindings = await service.mongo.collection('bindings').find({ entId }).toArray();
    t.is(bindings.length, ends === 'ready' ? 1 : 0);
    if (ends !== 'ready') return;
    t.is(bindings[0]?.['nickname'], nickname === 'kept' ? control.person(person.name).nickname : '');
  },
  title: (_, title) => title,
});
type ErrorFault = Extract<FaultInput, { kind: 'error' }>;
const errcode = (code: number, more: Partial<ErrorFault> = {}) =>
  ({ ...more, kind: 'error', errcode: code }) as Partial<ErrorFault> & Pick<ErrorFault, 'kind'>;

test(meets, '-1 that spared the code: the second call succeeds', {
  fault: errcode(-1, { count: 1 }),
  ends: 'ready',
  exchanges: 2,
});
test(meets, '-1 that burnt the code: one more call, then authorise again', {
  fault: errcode(-1, { count: 1, burns: true }),
  ends: 'reauthorize',
  exchanges: 2,
});
test(meets, '-1 for ever: two calls, then authorise again', {
  fault: errcode(-1),
  ends: 'reauthorize',
  exchanges: 2,
});
for (const code of [40003, 40029, 40163, 41008, 42003, 42007, 50001]) {
  test(meets, `${code}: authorise again`, { fault: errcode(code), ends: 'reauthorize', exchanges: 1 });
}
for (const code of [40001, 40002, 40013, 40066, 40125, 40164, 40243, 41002, 41004, 43001, 48001, 48004]) {
  test(meets, `${code}: misconfigured`, { fault: errcode(code), ends: 'failed misconfigured', exchanges: 1 });
}
for (const code of [40226, 50002]) {
  test(meets, `${code}: refused`, { fault: errcode(code), ends: 'failed refused', exchanges: 1 });
}
test(meets, 'an errcode nobody documented: authorise again', {
  fault: errcode(87_654),
  ends: 'reauthorize',
  exchanges: 1,
});

// No readable answer: the code may be spent, so it is sent once more and never again.
for (const kind of ['hang', 'reset', 'empty', 'html'] as const) {
  test(meets, `${kind} before WeChat used the code: the second call succeeds`, {
    fault: { kind, burns: false, count: 1 },
    ends: 'ready',
    exchanges: 2,
  });
}
for (const kind of [
  'hang',
  'reset',
  'html',
  'malformed',
  'truncated',
  'wrong-types',
  'invalid-utf8',
] as const) {
  test(meets, `${kind} after WeChat used the code: one more call, then authorise again`, {
    fault: { kind, burns: true, count: 1 },
    ends: 'reauthorize',
    exchanges: 2,
  });
}
test(meets, 'an answer of 10 MB: one more call, then authorise again', {
  fault: { kind: 'oversized', count: 1 },
  ends: 'reauthorize',
  exchanges: 2,
});
test(meets, 'an answer that drips in: cut at its deadline', {
  fault: { kind: 'drip', ms: 50, count: 1 },
  ends: 'reauthorize',
  exchanges: 2,
});

// Who the person is, is known by then: a login without a nickname beats none.
for (const [what, fault] of [
  ['-1', errcode(-1)],
  ['45011', errcode(45_011)],
  ['a hang', { kind: 'hang' } as const],
  ['a 502', { kind: 'html' } as const],
  ['half an answer', { kind: 'malformed' } as const],
] as const) {
  test(meets, `${what} from userinfo: logged in without a profile`, {
    fault: { ...fault, endpoint: 'userinfo' },
    ends: 'ready',
    exchanges: 1,
    userinfos: what === '45011' ? 1 : 3,
    nickname: 'empty',
  });
}
test(meets, '-1 from userinfo once: asked again', {
  fault: errcode(-1, { endpoint: 'userinfo', count: 1 }),
  ends: 'ready',
  exchanges: 1,
  userinfos: 2,
});
for (const code of [40001, 40014, 42001]) {
  test(meets, `${code} from userinfo: the token is renewed and userinfo asked again`, {
    fault: errcode(code, { endpoint: 'userinfo', count: 1 }),
    ends: 'ready',
    exchanges: 1,
    userinfos: 2,
  });
}
test(meets, 'a token that userinfo goes on refusing: authorise again or start anew, never a loop', {
  fault: errcode(40_003, { endpoint: 'userinfo' }),
  ends: 'reauthorize',
  exchanges: 1,
  userinfos: 1,
});
