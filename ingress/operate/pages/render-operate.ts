import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Eta } from 'eta';
import type { Language } from '#ingress/browser/pages/language.ts';
import { readAssets } from '#ingress/operate/pages/assets.ts';
import { formatsOf } from '#ingress/operate/pages/formats.ts';
import { deedsOfErrcode } from '#ingress/operate/words/errcode-words.ts';
import { type OperateWords, operateWords } from '#ingress/operate/words/operate-words.ts';
import { mayDo, type Operator, type OperatorRole } from '#operations/operator-roles.ts';

const templateNames = [
  'layout',
  'session',
  'problem',
  'overview',
  'places',
  'enterprise',
  'account',
  'find',
  'login',
  'person',
  'incidents',
  'audit',
  'operators',
  'runbook',
] as const;
/** Parts of several pages. */
const partNames = [
  'incident-list',
  'funnel',
  'numbers',
  'chart',
  'place-rows',
  'troubles',
  'failures',
  'place-parts',
] as const;
export type Template = Exclude<(typeof templateNames)[number], 'layout'>;

/** The sections, and the least role that each is for. */
const sections: readonly (readonly [path: string, name: keyof OperateWords['nav'], needs: OperatorRole])[] = [
  ['/operate', 'overview', 'viewer'],
  ['/operate/enterprises', 'enterprises', 'viewer'],
  ['/operate/accounts', 'accounts', 'viewer'],
  ['/operate/incidents', 'incidents', 'viewer'],
  ['/operate/clients', 'clients', 'operator'],
  ['/operate/broadcasts', 'broadcasts', 'operator'],
  ['/operate/find', 'find', 'support'],
  ['/operate/audit', 'audit', 'operator'],
  ['/operate/operators', 'operators', 'root'],
  ['/operate/runbook', 'runbook', 'viewer'],
  ['/queues/', 'queues', 'viewer'],
];

/** Who reads a page, and how. */
export type Shown = {
  readonly lang: Language;
  readonly operator?: Operator;
  /** The address of the page itself, with its query: what a change of the language leads back to. */
  readonly here?: string;
};
export type Drawn = {
  readonly title: string;
  /** The page asks for itself again and again, and shows what is new. */
  readonly isLive?: boolean;
  readonly hasChart?: boolean;
};
export type OperatePages = ReturnType<typeof createOperatePages>;

/** Draws the operator's pages. Files and templates are read once; every text is escaped by the templates. */
export function createOperatePages() {
  const eta = new Eta();
  for (const name of [...templateNames, ...partNames])
    eta.loadTemplate(`@${name}`, readFileSync(path.join(import.meta.dirname, `${name}.eta`), 'utf8'));
  const assets = readAssets();

  /** `data` is what the template of that name reads. */
  function draw(template: Template, shown: Shown, drawn: Drawn, data: object): string {
    const all = { ...data, ...drawn, ...withWords(shown) };
    return frame(shown, drawn, eta.render(`@${template}`, all), data);
  }

  function withWords({ lang, operator, here = '/operate' }: Shown) {
    const may = (role: OperatorRole) => operator !== undefined && mayDo(operator.role, role);
    const words = operateWords[lang];
    return { operator, may, words, lang, fmt: formatsOf(lang), assets, here, deedsOfErrcode };
  }

  /** The page around a body, which may be drawn elsewhere. */
  function frame(shown: Shown, drawn: Drawn, body: string, data: object = {}): string {
    const { words, lang, here, may, ...rest } = withWords(shown);
    const [current = ''] = here.split('?', 1);
    return eta.render('@layout', {
      ...data,
      ...drawn,
      ...rest,
      ...{ words, lang, here, may },
      body,
      nav: sections.flatMap(([at, name, needs]) => (may(needs) ? [[at, words.nav[name]]] : [])),
      current,
      htmlLang: lang === 'en' ? 'en' : 'zh-CN',
      otherLanguage: {
        address: inLanguage(here, lang === 'en' ? 'zh_CN' : 'en'),
        htmlLang: lang === 'en' ? 'zh-CN' : 'en',
      },
      refreshSeconds: drawn.isLive ? 10 : 0,
    });
  }

  return {
    files: assets.files,
    draw,
    frame,
    session: (shown: Shown, data: { readonly next: string; readonly fault?: 'wrong' | 'later' }): string =>
      draw(
        'session',
        { here: '/operate/session', ...shown },
        { title: operateWords[shown.lang].signIn },
        data,
      ),
  };
}

/** The same page in the other language. */
function inLanguage(here: string, lang: Language): string {
  const url = new URL(here, 'http://localhost');
  url.searchParams.set('lang', lang);
  return url.pathname + url.search;
}
