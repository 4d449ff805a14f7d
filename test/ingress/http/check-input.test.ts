import test from 'ava';
import { z } from 'zod';
import { checkInput } from '#ingress/http/check-input.ts';
import { Problem } from '#ingress/http/problem.ts';

const schema = z.object({ ent_id: z.string().max(8), wait: z.string().regex(/^\d+$/, '0 to 25').optional() });

test('what fits the schema is what the schema makes of it', (t) => {
  t.deepEqual(checkInput(schema, { ent_id: 'acme', other: 1 }), { ent_id: 'acme' });
});

test('every fault is listed by its field, and no value is repeated', (t) => {
  const problem = t.throws(() => checkInput(schema, { ent_id: ['canary', 'canary'], wait: 'canary' }), {
    instanceOf: Problem,
  });
  t.like(problem, { status: 400, code: 'invalid_request' });
  t.regex(problem?.message ?? '', /^ent_id: .+; wait: 0 to 25$/);
  t.notRegex(problem?.message ?? '', /canary/);
});

test('what is missing is required, and a name that does not fit says what fits', (t) => {
  const form = z.object({
    login_url: z.string(),
    files: z.record(z.string().regex(/^MP_/, 'must be named MP_'), z.string()),
  });
  const faults = (input: object) => t.throws(() => checkInput(form, input))?.message;
  t.is(faults({ files: {} }), 'login_url: is required');
  t.is(faults({ login_url: 'x', files: { other: '' } }), 'files.other: must be named MP_');
});

test('input that is none at all is a fault of its own', (t) => {
  t.regex(t.throws(() => checkInput(schema, 'text'))?.message ?? '', /^the input: /);
});
