/** A member of a form: how it is typed, and which of the door's JSON members it is. */
export type Field = {
  readonly name: string;
  /** `lines`: a list, a line for each. `json`: as it stands. `secret`: never shown again. */
  readonly kind: 'text' | 'secret' | 'lines' | 'choice' | 'check' | 'json';
  readonly options?: readonly string[];
  readonly isRequired?: boolean;
};

/** What a browser sends, and what a form shows. */
export type Typed = Readonly<Record<string, string>>;

/** The members of an answer as a form shows them. */
export function toTyped(fields: readonly Field[], answer: Readonly<Record<string, unknown>>): Typed {
  return Object.fromEntries(fields.map(({ name, kind }) => [name, typedOf(kind, answer[name])]));
}

function typedOf(kind: Field['kind'], value: unknown): string {
  if (value === undefined || value === null || kind === 'secret') return '';
  if (kind === 'lines') return (value as string[]).join('\n');
  return kind === 'json' ? JSON.stringify(value, null, 1) : String(value);
}

/** What was typed, as a PUT of the same door has it: all members of the form, and null for those that are empty. */
export function toPatch(fields: readonly Field[], typed: Typed): Record<string, unknown> {
  return Object.fromEntries(fields.map(({ name, kind }) => [name, patchValue(kind, typed[name] ?? '')]));
}

function patchValue(kind: Field['kind'], typed: string): unknown {
  if (kind === 'check') return typed === 'true';
  if (typed.trim() === '') return null;
  if (kind === 'json') return parsed(typed);
  if (kind !== 'lines') return kind === 'secret' ? typed : typed.trim();
  return typed
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** What is no JSON stays a text, which the schema refuses. */
function parsed(typed: string): unknown {
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}
