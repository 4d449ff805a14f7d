import type { Language } from '#ingress/browser/pages/language.ts';
import { operateWordsEn } from '#ingress/operate/pages/words-en.ts';
import { operateWordsZh } from '#ingress/operate/pages/words-zh.ts';

export type OperateWords = typeof operateWordsEn;

export const operateWords: Readonly<Record<Language, OperateWords>> = {
  en: operateWordsEn,
  zh_CN: operateWordsZh,
};
