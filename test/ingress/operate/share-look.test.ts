import test from 'ava';
import { createShare } from '#ingress/operate/share-look.ts';

test('all who ask at once get one look, and one that failed is not asked again at once', async (t) => {
  const share = createShare<number>(10);
  let looks = 0;
  const look = async () => ++looks;
  t.deepEqual(await Promise.all([share('a', look, 60_000), share('a', look, 60_000)]), [1, 1]);
  t.is(await share('a', look, 60_000), 1);
  t.is(await share('b', look, 60_000), 2);
  let fails = 0;
  const fail = async () => {
    fails += 1;
    throw new Error('away');
  };
  await t.throwsAsync(share('c', fail, 60_000));
  await t.throwsAsync(share('c', fail, 60_000));
  t.is(fails, 1);
});
