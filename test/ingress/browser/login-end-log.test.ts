import test from 'ava';
import { createLoginEndLog } from '#ingress/browser/login-end-log.ts';
import { begunAt, login } from '#test/ingress/browser/with-login-view.ts';
import { capturedLog } from '#test/support/captured-log.ts';
import { until } from '#test/support/until.ts';

function withEndLog() {
  const { log, lines } = capturedLog();
  const world = {
    isFirst: true,
    failure: undefined as Error | undefined,
    asked: [] as unknown[][],
    written: [] as unknown[],
    counted: [] as string[],
  };
  const endLog = createLoginEndLog({
    records: {
      async noteExpired(...args) {
        world.asked.push(args);
        if (world.failure) throw world.failure;
        return world.isFirst;
      },
    },
    history: { write: (entry) => void world.written.push(entry) },
    count: (_whose, step) => void world.counted.push(step),
    log,
  });
  const told = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { endLog, world, told };
}

test('a login that the person refused leaves a line like any other', (t) => {
  const { endLog, told, world } = withEndLog();
  const begun = { isRefused: true, entId: 'acme', appid: 'wx1', begunAt, target: '', lang: 'en' };
  endLog.refused('00aa', begun);
  t.like(told()[0], {
    level: 'info',
    msg: 'login',
    login: '00aa',
    entId: 'acme',
    outcome: 'failed',
    reason: 'refused',
  });
  t.like(world.written[0] as object, { _id: '00aa:0', entId: 'acme', appid: 'wx1', reason: 'refused' });
});

test('one that never had a code leaves one when its time is told to be over, however often its page asks', async (t) => {
  const { endLog, world, told } = withEndLog();
  const over = { ...login, now: begunAt + 300_000 };
  for (const _ of Array(5)) endLog.expired(over);
  await until(() => told().length === 1);
  t.like(told()[0], {
    msg: 'login',
    login: login.id,
    entId: 'acme',
    appid: 'wx1',
    outcome: 'failed',
    reason: 'expired',
  });
  t.deepEqual(told()[0]?.['timings'], { total: 300_000 });
  t.deepEqual(world.asked, [[login.id, 0]]);
  t.like(world.written[0] as object, { _id: `${login.id}:0`, outcome: 'failed', reason: 'expired' });
  t.deepEqual(world.counted, ['failed:expired']);
});

test('each code that died before a worker took it leaves one', async (t) => {
  const { endLog, told } = withEndLog();
  const died = {
    ...login,
    stage: 'recorded',
    codes: 1,
    recordedAt: begunAt + 2_000,
    now: begunAt + 302_000,
  } as const;
  endLog.expired(died);
  endLog.expired({ ...died, codes: 2 });
  await until(() => told().length === 2);
  t.like(told()[0], { outcome: 'reauthorize', cause: 'code-expired', timings: { total: 300_000 } });
});

test('what another ingress has told is not told again', async (t) => {
  const { endLog, world, told } = withEndLog();
  world.isFirst = false;
  endLog.expired(login);
  await until(() => world.asked.length === 1);
  t.deepEqual(told(), []);
});

test('with Redis away it is told of, and noted the next time', async (t) => {
  const { endLog, world, told } = withEndLog();
  world.failure = new Error('away');
  endLog.expired(login);
  await until(() => told().length === 1);
  t.like(told()[0], { level: 'warn', login: login.id });
  world.failure = undefined;
  endLog.expired(login);
  await until(() => told().length === 2);
  t.like(told()[1], { msg: 'login', reason: 'expired' });
});
