import type { z } from 'zod';
import { invalidRequest } from '#ingress/http/problem.ts';

/** Where a schema has no words of its own, those of its library name types that a caller does not know. */
const inPlainWords: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'is required';
  if (issue.code === 'invalid_key') return issue.issues[0]?.message;
  return undefined;
};

/** What the schema makes of the input, or a Problem that lists every fault by field and repeats no value. */
export function checkInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input, { error: inPlainWords });
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => {
    const field = issue.path.map(String).join('.');
    return `${field === '' ? 'the input' : field}: ${issue.message}`;
  });
  // The first part of a path is the schema's own name; those below may be the caller's.
  const fields = new Set(result.error.issues.map(({ path: [first = 'the input'] }) => String(first)));
  throw invalidRequest(faults.join('; '), [...fields]);
}
