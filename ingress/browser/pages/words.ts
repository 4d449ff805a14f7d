import type { Language } from '#ingress/browser/pages/language.ts';
import { en } from './words-en.ts';
import { zh } from './words-zh.ts';

type Same<T> = T extends (...names: infer Names) => string
  ? (...names: Names) => string
  : T extends string
    ? string
    : { readonly [Key in keyof T]: Same<T[Key]> };

/** Every language has exactly the sentences the Chinese one has. */
export type Words = Same<typeof zh>;

export const words: Readonly<Record<Language, Words>> = { zh_CN: zh, en };
