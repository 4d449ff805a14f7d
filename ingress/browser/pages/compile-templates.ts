import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Eta } from 'eta';
import type { AssetUrls } from '#ingress/browser/pages/assets.ts';
import type { Language } from '#ingress/browser/pages/language.ts';
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
] as const;

/** Reads and compiles the templates; the function it returns touches no file any more. */
export function compileTemplates(assets: AssetUrls) {
  const eta = new Eta();
  for (const name of templateNames) {
    eta.loadTemplate(`@${name}`, readFileSync(path.join(import.meta.dirname, `${name}.eta`), 'utf8'));
  }
  return (template: (typeof templateNames)[number], lang: Language, data: object): string =>
    eta.render(`@${template}`, { ...data, words: words[lang], icons, assets });
}
