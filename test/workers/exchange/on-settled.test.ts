import test from 'ava';
import type { LoginHistoryDocument } from '#models/documents/login-history.ts';
import { openidDigest } from '#models/documents/login-history.ts';
import type { Claim } from '#models/login/ledger.ts';
import { createSealer } from '#models/sealing.ts';
import { capturedLog } from '#test/support/captured-log.ts';
import type { ExchangeResult } from '#workers/exchange/exchange-code.ts';
import { createOnSettled } from '#workers/exchange/on-settled.ts';
import { createWorkerMetrics } from '#workers/process/metrics.ts';

const sealer = createSealer([{ kid: 'k', key: Buffer.alloc(32, 1) }]);
const job = { login: '00aa', n: 1, entId: 'acme', appid: 'wx1', recordedAt: 0, diesAt: 0 };
const claim = { n: 2, entId: 'acme', appid: 'wx1', sealed: 'canary sealed code' } as Claim;
const ready: Extract<ExchangeResult, { verb: 'settled' }> = {
  verb: 'settled',
  claim,
  settlement: {
    status: 'ready',
    scope: 'snsapi_userinfo',
    outcome: 'canary sealed outcome',
    ticketDigest: 'canary digest',
  },
  identity: {
    userId: 'canary user',
    appid: 'wx1',
    openid: 'canary-openid',
    unionid: 'canary-unionid',
    nickname: 'canary nickname',
    avatarUrl: 'https://canary',
    created: true,
    authenticatedAt: '2026-01-02T03:04:05.000Z',
  },
  elapsedMs: 1_500,
  settledAt: Date.parse('2026-01-02T03:04:06.500Z'),
  timings: { queue: 20, token: 150, userinfo: 160, binding: 5, settle: 1 },
};
const failed: typeof ready = {
  verb: 'settled',
  claim,
  settlement: { status: 'failed', reason: 'refused', scope: 'snsapi_userinfo' },
  elapsedMs: 300,
  settledAt: Date.parse('2026-01-02T03:04:06.500Z'),
  timings: { queue: 20, token: 150, settle: 1 },
};

function settle(result: typeof ready) {
  const entries: LoginHistoryDocument[] = [];
  const counted: string[] = [];
  const people: string[] = [];
  const { log, lines } = capturedLog();
  const metrics = createWorkerMetrics();
  createOnSettled({
    history: {
      write(entry: LoginHistoryDocument) {
        entries.push(entry);
      },
      close: async () => {},
    },
    metrics,
    count: (_whose, step) => void counted.push(step),
    notePerson: ({ entId, appid }, digest) => void people.push(`${entId}|${appid} ${digest}`),
    sealer,
    log,
  })(job, result);
  return { entries, lines, metrics, counted, people };
}

test('an entry tells outcome, timings and the digest of who it was', (t) => {
  const [entry] = settle(ready).entries;
  t.deepEqual(entry, {
    _id: '00aa:2',
    entId: 'acme',
    appid: 'wx1',
    outcome: 'ready',
    openidDigest: openidDigest(sealer, { appid: 'wx1', openid: 'canary-openid' }),
    created: true,
    timings: { ...ready.timings, total: 1_500 },
    // Redis's time, and not this machine's.
    at: new Date('2026-01-02T03:04:06.500Z'),
  });
});

test('a login without a person has none in its entry', (t) => {
  const [entry] = settle(failed).entries;
  t.like(entry, { outcome: 'failed', reason: 'refused' });
  t.false('openidDigest' in (entry ?? {}));
  t.false('created' in (entry ?? {}));
});

test('who got in is noted by a digest, and of a login without a person nobody is', (t) => {
  const digest = openidDigest(sealer, { appid: 'wx1', openid: 'canary-openid' });
  t.deepEqual(settle(ready).people, [`acme|wx1 ${digest}`]);
  t.deepEqual(settle(failed).people, []);
});

test('what went wrong with WeChat is in entry and log line', (t) => {
  const trouble = { errcode: 50_002, endpoint: 'token' } as const;
  const { entries, lines } = settle({ ...failed, trouble });
  t.like(entries[0], trouble);
  t.like(JSON.parse(lines[0] ?? ''), trouble);
});

test('neither entry nor log line holds anything that is nobody’s business', (t) => {
  const { entries, lines } = settle(ready);
  t.notRegex(JSON.stringify(entries) + lines.join('\n'), /canary/);
});

test('each login is one log line with its id and timings', (t) => {
  const { lines } = settle(ready);
  t.is(lines.length, 1);
  t.like(JSON.parse(lines[0] ?? ''), {
    level: 'info',
    login: '00aa',
    entId: 'acme',
    outcome: 'ready',
    timings: { token: 150, total: 1_500 },
  });
});

test('outcome and steps are counted', async (t) => {
  const text = await settle(failed).metrics.registry.metrics();
  t.regex(text, /^wechat_logins_total\{outcome="failed",reason="refused",ent_id="acme"\} 1$/m);
  t.regex(text, /^wechat_login_duration_seconds_count\{outcome="failed"\} 1$/m);
  t.regex(text, /^wechat_login_step_seconds_count\{step="token"\} 1$/m);
});

test('a person’s digest differs between accounts, and only who has our key can make it', (t) => {
  const of = (appid: string, openid: string, by = sealer) => openidDigest(by, { appid, openid });
  t.not(of('wx1', 'o1'), of('wx2', 'o1'));
  t.is(of('wx1', 'o1'), of('wx1', 'o1'));
  t.not(of('wx1', 'o1'), of('wx1', 'o1', createSealer([{ kid: 'k', key: Buffer.alloc(32, 2) }])));
  t.regex(of('wx1', 'o1'), /^[\w-]{22}$/);
});
