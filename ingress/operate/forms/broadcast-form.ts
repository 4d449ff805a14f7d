import { z } from 'zod';
import type { Field, Typed } from '#ingress/operate/forms/field.ts';
import { idInPath } from '#ingress/operator/forms.ts';

/** What is sent to whom. `begins_at` absent: now. `per_minute` absent: what the account is known to take. */
export const broadcastForm = z.strictObject({
  ent_id: idInPath,
  people: z.coerce.number().int().min(1).max(100_000_000),
  begins_at: z.iso.datetime({ offset: true }).optional(),
  minutes: z.coerce.number().int().min(1).max(1_440),
  per_minute: z.coerce.number().int().min(1).max(10_000_000).optional(),
});

export const broadcastFields: readonly Field[] = [
  { name: 'ent_id', kind: 'text', isRequired: true },
  { name: 'people', kind: 'text', isRequired: true },
  { name: 'begins_at', kind: 'text' },
  { name: 'minutes', kind: 'text', isRequired: true },
  { name: 'per_minute', kind: 'text' },
];

/** Only what was typed: an empty box is none. */
export const givenOf = (typed: Typed): Record<string, string> =>
  Object.fromEntries(
    broadcastFields
      .map(({ name }) => [name, (typed[name] ?? '').trim()] as const)
      .filter(([, value]) => value !== ''),
  );
