import test from 'ava';
import { Problem } from '#ingress/http/problem.ts';
import { withinASecond } from '#ingress/http/redis-deadline.ts';

test('what Redis answers in time is the answer', async (t) => {
  t.is(await withinASecond(async () => 'the answer'), 'the answer');
});

const away = test.macro({
  async exec(t, _what: string, work: () => Promise<unknown>) {
    const problem = await t.throwsAsync(withinASecond(work), { instanceOf: Problem });
    t.like(problem, { status: 503, code: 'temporarily_unavailable' });
    t.regex(problem?.headers['Retry-After'] ?? '', /^\d+$/);
  },
  title: (_, what: string) => `${what}: 503 that asks to try again`,
});
const fail =
  (message: string, name = 'Error') =>
  async () => {
    throw Object.assign(new Error(message), { name });
  };
test(away, 'a command that never answers', () => new Promise(() => {}));
test(away, 'a command that timed out', fail('Command timed out'));
test(away, 'a connection that is closed', fail('Connection is closed.'));
test(away, 'a command that was given up', fail('Reached the max retries', 'MaxRetriesPerRequestError'));
test(away, 'a cluster of which a node is gone', fail('Too many Cluster redirections. Last error: Error: x'));
test(away, 'a Redis that still loads', fail('LOADING Redis is loading the dataset in memory'));
test(
  away,
  'a Redis that has become a replica',
  fail("READONLY You can't write against a read only replica."),
);

test('a bug of ours is no store that is away', async (t) => {
  const error = await t.throwsAsync(
    withinASecond(async () => {
      throw new TypeError('a bug');
    }),
  );
  t.true(error instanceof TypeError);
});

test('a refusal meant for the person stays one', async (t) => {
  const problem = new Problem(404, 'not_found', 'There is no such login.');
  t.is(
    await t.throwsAsync(
      withinASecond(async () => {
        throw problem;
      }),
    ),
    problem,
  );
});
