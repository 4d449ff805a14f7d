import test from 'ava';
import { capturedLog } from '#test/support/captured-log.ts';

const canary = 'Canary0123456789';

const hostile: Record<string, [object | string, ...string[]]> = {
  'a code': [{ code: canary }, 'x'],
  'a ticket three levels down': [{ a: { b: [{ bind_ticket: canary }] } }, 'x'],
  headers: [{ req: { headers: { authorization: canary, cookie: canary, 'set-cookie': [canary] } } }, 'x'],
  'an openid and a nickname': [
    { identity: { openid: canary, unionid: canary, nickname: canary, avatarUrl: canary } },
  ],
  'an error': [new Error(`GET https://api.weixin.qq.com/x?appid=a&secret=${canary}&code=${canary}&x=1`)],
  'an error in a field': [{ err: new Error(`{"access_token":"${canary}","openid":"${canary}"}`) }],
  'an error’s cause': [{ err: new Error('outer', { cause: new Error(`refresh_token=${canary}`) }) }, 'x'],
  'a list of errors': [{ err: new AggregateError([new Error(`openid: '${canary}'`)], 'many') }, 'x'],
  'an ioredis error': [Object.assign(new Error('ERR wrong'), { command: { name: 'hset', args: [canary] } })],
  'a MongoDB error': [
    Object.assign(new Error(`E11000 duplicate key error collection: t dup key: { openid: "${canary}" }`), {
      keyValue: { x: canary },
      errorResponse: { keyValue: { x: canary } },
    }),
  ],
  'an address with a password': [new Error(`connect redis://user:${canary}@10.0.0.1:6379 failed`)],
  'a Basic header in a text': [`sent Authorization: Basic ${canary}==`],
  'a Bearer header in a text': [`sent Bearer ${canary}`],
  'an argument of a text': ['told %s', `ticket=${canary}`],
  'something that refers to itself': [selfReferring(), 'x'],
};

function selfReferring() {
  const loop: Record<string, unknown> = { secret: canary };
  loop['loop'] = loop;
  return loop;
}

for (const [what, args] of Object.entries(hostile)) {
  test(`${what} leaves nothing in the log`, (t) => {
    const { log, lines } = capturedLog();
    log.error(...(args as [object]));
    t.is(lines.length, 1);
    t.notThrows(() => JSON.parse(lines[0] ?? ''));
    t.false(lines.join('').includes(canary), lines[0]);
  });
}

test('a child logger’s fields are blanked too', (t) => {
  const { log, lines } = capturedLog();
  log.child({ request: 'r1', ticket: canary, token: canary }).info('x');
  t.false(lines.join('').includes(canary));
  t.like(JSON.parse(lines[0] ?? ''), { request: 'r1' });
});

test('what a reader needs is there: time, level, process, fields, error with its stack and code', (t) => {
  const { log, lines } = capturedLog();
  const err = Object.assign(new TypeError('no answer'), { code: 'ECONNREFUSED' });
  log.warn({ login: 'l1', timings: { token: 12 }, err }, 'late');
  const line = JSON.parse(lines[0] ?? '');
  t.like(line, { level: 'warn', name: 'test', msg: 'late', login: 'l1', timings: { token: 12 } });
  t.like(line.err, { type: 'TypeError', message: 'no answer', errorCode: 'ECONNREFUSED' });
  t.regex(line.err.stack, /log\.test\.ts/);
  t.regex(line.time, /^\d{4}-\d\d-\d\dT.*Z$/);
});

test('an error that is long on purpose costs no time', (t) => {
  const { log, lines } = capturedLog();
  const begun = performance.now();
  for (const text of ['a.', 'code ', '://', '"code":"', 'dup key: {'])
    log.error(new Error(text.repeat(200_000)));
  t.true(performance.now() - begun < 20_000);
  t.is(lines.length, 5);
});
