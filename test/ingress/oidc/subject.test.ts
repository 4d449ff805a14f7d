import test from 'ava';
import { isSubjectOf, subjectOf } from '#ingress/oidc/subject.ts';

test('a subject names the enterprise and its user: users of one name at two enterprises are two', (t) => {
  t.is(subjectOf('acme', 'u 7@host'), 'acme:u 7@host');
  t.not(subjectOf('acme', 'u_7'), subjectOf('umbrella', 'u_7'));
  t.true(isSubjectOf(subjectOf('acme', 'u_7'), 'acme'));
  t.false(isSubjectOf(subjectOf('acme-2', 'u_7'), 'acme'));
});

for (const userId of ['小明', 'x'.repeat(260), '~chosen', 'line\nbreak', ''])
  test(`${JSON.stringify(userId).slice(0, 20)} is told as a digest: 255 ASCII characters at most, and nobody else’s`, (t) => {
    const subject = subjectOf('acme', userId);
    t.regex(subject, /^acme:~[\w-]{43}$/);
    // A host that chooses its user ids cannot choose this one.
    t.not(subjectOf('acme', subject.slice('acme:'.length)), subject);
  });
