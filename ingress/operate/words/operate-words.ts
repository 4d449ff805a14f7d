import type { Language } from '#ingress/browser/pages/language.ts';
import { actionWords } from '#ingress/operate/words/action-words.ts';
import { auditWords } from '#ingress/operate/words/audit-words.ts';
import { findWords } from '#ingress/operate/words/find-words.ts';
import { frameWords } from '#ingress/operate/words/frame-words.ts';
import { funnelWords } from '#ingress/operate/words/funnel-words.ts';
import { incidentWords } from '#ingress/operate/words/incident-words.ts';
import { loginWords } from '#ingress/operate/words/login-words.ts';
import { numberWords } from '#ingress/operate/words/number-words.ts';
import { placeWords } from '#ingress/operate/words/place-words.ts';
import { sessionWords } from '#ingress/operate/words/session-words.ts';
import { tokenWords } from '#ingress/operate/words/token-words.ts';
import { troubleWords } from '#ingress/operate/words/trouble-words.ts';

/** A screen's words in a file, both languages in it. */
const wordsIn = (lang: Language) => ({
  ...frameWords[lang],
  ...sessionWords[lang],
  ...actionWords[lang],
  ...incidentWords[lang],
  ...funnelWords[lang],
  ...numberWords[lang],
  ...placeWords[lang],
  ...troubleWords[lang],
  ...findWords[lang],
  ...loginWords[lang],
  ...auditWords[lang],
  ...tokenWords[lang],
});

export type OperateWords = ReturnType<typeof wordsIn>;

/** What the operator's pages say, beside conditions, errcodes and forms, which have words of their own. */
export const operateWords: Readonly<Record<Language, OperateWords>> = {
  en: wordsIn('en'),
  zh_CN: wordsIn('zh_CN'),
};
