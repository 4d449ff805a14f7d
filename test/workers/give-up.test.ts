import test, { type ExecutionContext } from 'ava';
import type { SettledLogin } from '#models/settled-channel.ts';
import { codeLifetimeMs, withLogins } from '#test/models/with-logins.ts';
import { createGiveUp } from '#workers/give-up.ts';

function withGiveUp(t: ExecutionContext) {
  const logins = withLogins(t);
  const announced: SettledLogin[] = [];
  const giveUp = createGiveUp({
    ledger: logins.ledger,
    announcer: { announce: (login) => void announced.push(login) },
  });
  const jobOf = (login: string, n = 1) => ({
    login,
    n,
    entId: 'acme',
    appid: 'wx1',
    recordedAt: 0,
    diesAt: 0,
  });
  return { ...logins, announced, giveUp: (login: string, n?: number) => giveUp(jobOf(login, n)) };
}
const again = { stage: 'settled', status: 'reauthorize', rounds: 1 };

test('a login whose job is given up asks its person to authorise again', async (t) => {
  const { recorded, records, giveUp, announced } = withGiveUp(t);
  const id = await recorded();
  await giveUp(id);
  t.like(await records.read(id), again);
  t.deepEqual(announced, [{ id, status: 'reauthorize' }]);
});

test('so does one whose token was saved but led to nothing', async (t) => {
  const { recorded, ledger, records, giveUp } = withGiveUp(t);
  const id = await recorded();
  await ledger.saveToken(id, await ledger.claim(id, `${id}-1`, 'claim'), `${id}-1`, 'sealed token');
  await giveUp(id);
  t.like(await records.read(id), again);
});

test('so does one whose code died meanwhile', async (t) => {
  const { recorded, records, giveUp, clock } = withGiveUp(t);
  const id = await recorded();
  clock.offsetMs = codeLifetimeMs;
  await giveUp(id);
  t.like(await records.read(id), again);
});

test('a login that another job works on is left to it', async (t) => {
  const { recorded, record, ledger, records, giveUp, announced } = withGiveUp(t);
  const id = await recorded();
  await record(id, 'second');
  await ledger.claim(id, `${id}-1`, 'at work');
  await giveUp(id, 2);
  t.like(await records.read(id), { stage: 'exchanging', status: 'pending' });
  t.deepEqual(announced, []);
});

test('a login that is over, or gone, is left alone', async (t) => {
  const { finished, records, giveUp, announced } = withGiveUp(t);
  const { id } = await finished('ready');
  await giveUp(id);
  await giveUp(`00${'0'.repeat(32)}`);
  t.is((await records.read(id))?.status, 'ready');
  t.deepEqual(announced, []);
});
