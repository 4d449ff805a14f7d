import test, { type ExecutionContext } from 'ava';
import { codeLifetimeMs, withLogins } from '#test/models/login/with-logins.ts';
import { createGiveUp } from '#workers/exchange/give-up.ts';
import type { SettledExchange } from '#workers/exchange/on-settled.ts';

function withGiveUp(t: ExecutionContext) {
  const logins = withLogins(t);
  const told: SettledExchange[] = [];
  const giveUp = createGiveUp({
    ledger: logins.ledger,
    onSettled: (_job, settled) => void told.push(settled),
  });
  const jobOf = (login: string, n = 1) => ({
    login,
    n,
    entId: 'acme',
    appid: 'wx1',
    recordedAt: 0,
    diesAt: 0,
  });
  return {
    ...logins,
    told,
    giveUp: (login: string, n = 1, jobId = `${login}-${n}`) => giveUp(jobOf(login, n), jobId),
  };
}
const failed = { stage: 'settled', status: 'failed', reason: 'internal', rounds: 0 };

test('a login whose job is given up has failed through us, and its end is told like any other', async (t) => {
  const { recorded, records, giveUp, told } = withGiveUp(t);
  const id = await recorded();
  await giveUp(id);
  t.like(await records.read(id), failed);
  t.is(told.length, 1);
  t.like(told[0], { settlement: { status: 'failed', reason: 'internal' }, claim: { entId: 'acme', n: 1 } });
});

test('so has one whose token was saved but led to nothing', async (t) => {
  const { recorded, ledger, records, giveUp } = withGiveUp(t);
  const id = await recorded();
  await ledger.saveToken(id, await ledger.claim(id, `${id}-1`, 'claim'), `${id}-1`, 'sealed token');
  await giveUp(id);
  t.like(await records.read(id), failed);
});

test('a rerun is given up under its own id, by which it made its claim', async (t) => {
  const { recorded, ledger, records, giveUp } = withGiveUp(t);
  const id = await recorded();
  await ledger.saveToken(id, await ledger.claim(id, `${id}-1-1`, 'claim'), `${id}-1-1`, 'sealed token');
  await giveUp(id, 1, `${id}-1-1`);
  t.like(await records.read(id), failed);
});

test('so has one whose code died meanwhile', async (t) => {
  const { recorded, records, giveUp, clock } = withGiveUp(t);
  const id = await recorded();
  clock.offsetMs = codeLifetimeMs;
  await giveUp(id);
  t.like(await records.read(id), failed);
});

test('another code of the login, which would meet the same bug, is not tried', async (t) => {
  const { recorded, record, records, giveUp } = withGiveUp(t);
  const id = await recorded();
  await record(id, 'second');
  await giveUp(id);
  t.like(await records.read(id), failed);
});

test('a login that another job works on is left to it', async (t) => {
  const { recorded, record, ledger, records, giveUp, told } = withGiveUp(t);
  const id = await recorded();
  await record(id, 'second');
  await ledger.claim(id, `${id}-1`, 'at work');
  await giveUp(id, 2);
  t.like(await records.read(id), { stage: 'exchanging', status: 'pending' });
  t.deepEqual(told, []);
});

test('a login that is over, or gone, is left alone', async (t) => {
  const { finished, records, giveUp, told } = withGiveUp(t);
  const { id } = await finished('ready');
  await giveUp(id);
  await giveUp(`00${'0'.repeat(32)}`);
  t.is((await records.read(id))?.status, 'ready');
  t.deepEqual(told, []);
});
