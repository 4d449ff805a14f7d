import type { Language } from '#ingress/browser/pages/language.ts';
import { broadcastWords } from '#ingress/operate/forms/words/broadcast-words.ts';
import { entityWords } from '#ingress/operate/forms/words/entity-words.ts';
import { formFrameWords } from '#ingress/operate/forms/words/form-frame-words.ts';
import { keyWords } from '#ingress/operate/forms/words/key-words.ts';
import { pauseWords } from '#ingress/operate/forms/words/pause-words.ts';
import { verifyFileWords } from '#ingress/operate/forms/words/verify-file-words.ts';

type Named = Readonly<Record<string, string>>;

/** A form's words in a file, both languages in it. */
const wordsIn = (lang: Language) => ({
  ...formFrameWords[lang],
  ...entityWords[lang],
  ...keyWords[lang],
  ...pauseWords[lang],
  ...verifyFileWords[lang],
  ...broadcastWords[lang],
  options: pauseWords[lang].options as Readonly<Record<string, Named>>,
  steps: broadcastWords[lang].steps as Named,
  fields: {
    ...formFrameWords[lang].fields,
    ...entityWords[lang].fields,
    ...keyWords[lang].fields,
    ...pauseWords[lang].fields,
    ...verifyFileWords[lang].fields,
    ...broadcastWords[lang].fields,
  } as Named,
  hints: {
    ...formFrameWords[lang].hints,
    ...entityWords[lang].hints,
    ...keyWords[lang].hints,
    ...pauseWords[lang].hints,
    ...verifyFileWords[lang].hints,
    ...broadcastWords[lang].hints,
  } as Named,
});

export type FormWords = ReturnType<typeof wordsIn>;
export type Title = keyof FormWords['titles'];

/** What the operator's forms say. */
export const formWords: Readonly<Record<Language, FormWords>> = {
  en: wordsIn('en'),
  zh_CN: wordsIn('zh_CN'),
};
