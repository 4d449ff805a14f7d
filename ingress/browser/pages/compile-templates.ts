import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Eta } from 'eta';
import type { Language } from '#ingress/browser/pages/language.ts';
import type { Assets } from './assets.ts';
import { icons } from './icons.ts';
import { words } from './words.ts';

const templateNames = [
  'layout',
  'waiting',
  'outside-wechat',
  'consent',
  'confirm',
  'start-again',
  'retrying',
  'hold',
  'problem',
  'logout',
  'logged-out',
  'scan',
  'scan-phone',
] as const;

export type Templates = ReturnType<typeof compileTemplates>;

/** Reads and compiles the templates; the functions it returns touch no file any more. */
export function compileTemplates(assets: Assets) {
  const eta = new Eta();
  for (const name of templateNames) {
    eta.loadTemplate(`@${name}`, readFileSync(path.join(import.meta.dirname, `${name}.eta`), 'utf8'));
  }
  return {
    render: (template: (typeof templateNames)[number], lang: Language, data: object): string =>
      eta.render(`@${template}`, { ...data, words: words[lang], icons, assets }),
    /** As the templates do it with every text. */
    escapeText: eta.config.escapeFunction,
  };
}
