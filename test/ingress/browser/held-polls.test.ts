import test from 'ava';
import { createHeldPolls } from '#ingress/browser/held-polls.ts';
import { Problem } from '#ingress/http/problem.ts';

/** Holds a poll that notes its name when it has to make room. */
function holding(polls: ReturnType<typeof createHeldPolls>) {
  const answered: string[] = [];
  const hold = (login: string, name: string) => polls.hold(login, () => answered.push(name));
  return { answered, hold };
}

test('of one login the oldest poll is answered when one too many comes', (t) => {
  const polls = createHeldPolls({ perLogin: 2 });
  const { answered, hold } = holding(polls);
  for (const name of ['a', 'b', 'c', 'd']) hold('login', name);
  t.deepEqual(answered, ['a', 'b']);
  t.is(polls.count, 2);
});

test('a poll that was answered makes room, once, and one of another login none', (t) => {
  const polls = createHeldPolls({ perLogin: 2 });
  const { answered, hold } = holding(polls);
  const release = hold('login', 'a');
  hold('another', 'x');
  release();
  release();
  t.is(polls.count, 1);
  hold('login', 'b');
  hold('login', 'c');
  t.deepEqual(answered, []);
  t.is(polls.count, 3);
});

test('polls of logins without a code, which anybody can begin, take no places of those that have one', (t) => {
  const polls = createHeldPolls({ withoutCode: 2 });
  const hold = (login: string, hasCode: boolean) => polls.hold(login, () => {}, { hasCode });
  const first = hold('a', false);
  hold('b', false);
  t.throws(() => hold('c', false), { instanceOf: Problem });
  hold('d', true);
  first();
  first();
  hold('e', false);
  t.throws(() => hold('f', false), { instanceOf: Problem });
});

test('one that had to make room is not counted out twice', (t) => {
  const polls = createHeldPolls({ perLogin: 1 });
  const { hold } = holding(polls);
  const first = hold('login', 'a');
  hold('login', 'b');
  first();
  t.is(polls.count, 1);
});

test('beyond so many in all a poll is told to come again', (t) => {
  const polls = createHeldPolls({ inAll: 3 });
  const { hold } = holding(polls);
  const release = hold('1', 'a');
  hold('2', 'b');
  hold('3', 'c');
  const refused = t.throws(() => hold('4', 'd'), { instanceOf: Problem });
  t.is(refused?.status, 503);
  t.truthy(refused?.headers['Retry-After']);
  t.is(polls.count, 3);
  release();
  t.notThrows(() => hold('4', 'd'));
});

test('a full house still answers the oldest of a login for its next', (t) => {
  const polls = createHeldPolls({ perLogin: 2, inAll: 2 });
  const { answered, hold } = holding(polls);
  for (const name of ['a', 'b', 'c']) hold('login', name);
  t.deepEqual(answered, ['a']);
});
