import test from 'ava';
import { withLogins } from '#test/models/login/with-logins.ts';

const released = test.macro({
  async exec(t, wasSent: boolean, callsLater: number) {
    const { recorded, ledger, records } = withLogins(t);
    const id = await recorded();
    await ledger.claim(id, 'job', 'claim');
    await ledger.release(id, 'claim', { wasSent });
    t.is((await records.read(id))?.stage, 'recorded');
    // A lost reply makes the client send it again.
    await ledger.release(id, 'claim', { wasSent });
    t.like(await ledger.claim(id, 'job', 'next'), {
      verb: 'exchange',
      sealed: 'sealed first',
      calls: callsLater,
    });
  },
  title: (_, wasSent) =>
    `a code whose call was ${wasSent ? '' : 'not '}sent is given back ${wasSent ? 'counted' : 'uncounted'}, once`,
});
test(released, true, 2);
test(released, false, 1);

test('another run’s code cannot be given back', async (t) => {
  const { recorded, ledger, records } = withLogins(t);
  const id = await recorded();
  await ledger.claim(id, 'job', 'claim');
  await ledger.release(id, 'other claim', { wasSent: false });
  t.is((await records.read(id))?.stage, 'exchanging');
});

test('a code that was traded for a token is not given back', async (t) => {
  const { exchanged, ledger, records } = withLogins(t);
  const id = await exchanged();
  await ledger.release(id, 'claim', { wasSent: false });
  t.is((await records.read(id))?.stage, 'exchanged');
  t.is((await ledger.claim(id, 'job', 'next')).calls, 1);
});
