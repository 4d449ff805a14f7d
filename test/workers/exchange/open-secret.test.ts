import { randomBytes } from 'node:crypto';
import test from 'ava';
import { secretPlace } from '#models/documents/service-account.ts';
import { createSealer, UnsealError } from '#models/sealing.ts';
import { createOpenSecret } from '#workers/exchange/open-secret.ts';

const sealer = createSealer([{ kid: 'k', key: randomBytes(32) }]);
const account = (secret: string, appid = 'wx1') => ({
  appid,
  name: 'An account',
  sealedSecret: sealer.seal(secret, secretPlace(appid)),
  verifyFiles: [],
});

test('a burst opens a secret once', (t) => {
  let opened = 0;
  const open = createOpenSecret({
    ...sealer,
    open(...args) {
      opened += 1;
      return sealer.open(...args);
    },
  });
  const one = account('the secret');
  for (const _ of Array(100)) t.is(open(one), 'the secret');
  t.is(opened, 1);
});

test('a changed secret is seen at once', (t) => {
  const open = createOpenSecret(sealer);
  t.is(open(account('old')), 'old');
  t.is(open(account('new')), 'new');
});

test('a secret that was sealed for another account does not open', (t) => {
  const open = createOpenSecret(sealer);
  t.throws(() => open({ ...account('theirs', 'wx2'), appid: 'wx1' }), { instanceOf: UnsealError });
});
