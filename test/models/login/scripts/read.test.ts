import test from 'ava';
import { codeLifetimeMs, withLogins } from '#test/models/login/with-logins.ts';

test('a login that does not exist reads as undefined', async (t) => {
  const { records } = withLogins(t);
  t.is(await records.read(`00${'0'.repeat(32)}`), undefined);
});

test('a record comes with the clock it is to be judged by', async (t) => {
  const { records, open, clock } = withLogins(t);
  const id = await open();
  const before = (await records.read(id))?.now ?? 0;
  clock.offsetMs = 3_600_000;
  const after = await records.read(id);
  t.true((after?.now ?? 0) - before >= 3_600_000);
  t.true(before - (after?.begunAt ?? 0) < 60_000);
});

test('it tells when the newest of its codes dies', async (t) => {
  const { records, recorded, record, clock } = withLogins(t);
  const id = await recorded();
  clock.offsetMs = 10_000;
  const { diesAt } = await record(id, 'second');
  const login = await records.read(id);
  t.is(login?.codes, 2);
  t.is(login?.codeDiesAt, diesAt);
  t.true(diesAt - (login?.recordedAt ?? 0) >= codeLifetimeMs + 10_000);
});

test('a settled login tells its end, its ticket’s digest and when that dies', async (t) => {
  const { records, finished } = withLogins(t);
  const { id, settlement } = await finished('ready');
  const login = await records.read(id);
  t.like(login, { status: 'ready', stage: 'settled', ticket: settlement.ticketDigest, isRedeemed: false });
  t.is(login?.outcome, settlement.outcome);
  t.true((login?.ticketDiesAt ?? 0) > (login?.now ?? 0));
  t.is(login?.reason, undefined);
  t.is(login?.codeDiesAt, undefined);
});
