import type { z } from 'zod';
import { invalidRequest } from '#ingress/http/problem.ts';

/** What the schema makes of the input, or a Problem that lists every fault by field and repeats no value. */
export function checkInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => {
    const field = issue.path.map(String).join('.');
    return `${field === '' ? 'the input' : field}: ${issue.message}`;
  });
  // The first part of a path is the schema's own name; those below may be the caller's.
  const fields = new Set(result.error.issues.map(({ path: [first = 'the input'] }) => String(first)));
  throw invalidRequest(faults.join('; '), [...fields]);
}
