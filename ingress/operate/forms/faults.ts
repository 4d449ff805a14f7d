import type { Language } from '#ingress/browser/pages/language.ts';
import { Problem } from '#ingress/http/problem.ts';
import type { Field, Typed } from '#ingress/operate/forms/field.ts';
import type { FormWords } from '#ingress/operate/forms/form-words.ts';

/** What a form is told of a refusal: at which fields, and why. Undefined: it is not the form's to tell. */
export function faultsOf(error: unknown): Problem | undefined {
  return error instanceof Problem && (error.status === 400 || error.status === 409) ? error : undefined;
}

export const isConflict = (problem: Problem): boolean =>
  problem.status === 409 && problem.fields.includes('version');

/** Each fault at its field: what the schema says of it in English, and what the field must be in either language. */
export function atFields(
  problem: Problem,
  fields: readonly Field[],
  words: FormWords,
  lang: Language,
): Record<string, string> {
  const parts = problem.message.split('; ');
  return Object.fromEntries(
    fields
      .filter(({ name }) => problem.fields.includes(name))
      .map(({ name }) => {
        const said = parts.find((part) => part.startsWith(`${name}:`) || part.startsWith(`${name}.`));
        const reason = lang === 'en' ? said?.slice(name.length).replace(/^[.\w]*: /, '') : undefined;
        return [name, reason ?? words.hints[name] ?? words.wrong];
      }),
  );
}

/** The rows in which two versions differ. A secret is in neither. */
export function differing(fields: readonly Field[], stored: Typed, yours: Typed): [string, string, string][] {
  return fields
    .filter(({ name, kind }) => kind !== 'secret' && plain(stored[name]) !== plain(yours[name]))
    .map(({ name }) => [name, stored[name] ?? '', yours[name] ?? '']);
}

/** A browser sends other line ends, and nothing for a box that is not ticked. */
const plain = (typed = ''): string =>
  typed
    .replace(/\r\n/g, '\n')
    .trim()
    .replace(/^false$/, '');
