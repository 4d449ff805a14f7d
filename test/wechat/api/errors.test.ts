import test from 'ava';
import { remedyOf, WeChatError, WeChatUnreachable } from '#wechat/api/errors.ts';
import { type Endpoint, errcodes as known, type Remedy } from '#wechat/errcodes.ts';

/** The errcodes of the official return-code tables and of WeChat's own SDK lists, and what helps against each. */
const everywhere: Record<Exclude<Remedy, 'refresh'>, number[]> = {
  retry: [-1, 61450],
  reauthorize: [40003, 40029, 40030, 40163, 41008, 42002, 42003, 42007, 50001, 61009, 61010],
  pause: [45011, 48006],
  exhausted: [45009],
  refused: [40226, 50002, 50003, 50004, 50005],
  misconfigured: [
    40002, 40013, 40066, 40125, 40164, 40243, 41001, 41002, 41003, 41004, 41009, 41018, 43001, 43003, 48001,
    48004, 61003, 61004, 61005, 61006, 61007, 61014, 61451,
  ],
};
const tokenIsDead = [40001, 40014, 42001];
const endpoints: Endpoint[] = ['token', 'refresh', 'userinfo'];

const helps = test.macro({
  exec(t, errcode: number, remedy: Remedy, at: Endpoint[]) {
    for (const endpoint of at) t.is(remedyOf(new WeChatError(errcode, endpoint)), remedy);
    t.true(known.has(errcode));
  },
  title: (_, errcode: number, remedy: Remedy, at: Endpoint[]) => `${errcode} at ${at.join(', ')}: ${remedy}`,
});
for (const [remedy, errcodes] of Object.entries(everywhere)) {
  for (const errcode of errcodes) test(helps, errcode, remedy as Remedy, endpoints);
}
for (const errcode of tokenIsDead) {
  test(helps, errcode, 'refresh', ['userinfo']);
  test(helps, errcode, 'misconfigured', ['token']);
  // A refresh sends no secret: the person's token is dead, not the account.
  test(helps, errcode, 'reauthorize', ['refresh']);
}

test('no errcode is known that is not in the table', (t) => {
  const listed = [...Object.values(everywhere).flat(), ...tokenIsDead];
  t.deepEqual([...known.keys()].sort(), listed.sort());
});

test('an errcode nobody documented asks the person to authorise again', (t) => {
  for (const endpoint of endpoints) t.is(remedyOf(new WeChatError(87_654, endpoint)), 'reauthorize');
});

test('errors say what and where, and nothing more', (t) => {
  t.is(new WeChatError(40029, 'token').message, 'errcode 40029 from token');
  t.is(new WeChatUnreachable('userinfo', 'timeout', true).message, 'timeout from userinfo');
});
