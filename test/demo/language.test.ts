import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import test from 'ava';
import Koa from 'koa';
import { languageOf as languageOfPage } from '#ingress/browser/pages/language.ts';
import { languageOf } from '#simulator/language.ts';

// The simulator is a package of its own and the demo looks at the product from outside, so neither may import the product's
// rule. Browsers name their languages in order: of what they send, both make the same.
const sent: Record<string, 'zh' | 'en'> = {
  'zh-CN,zh;q=0.9': 'zh',
  'zh-CN,zh;q=0.9,en;q=0.8': 'zh',
  'zh-CN,en;q=0.9,zh;q=0.8': 'zh',
  'zh-TW,zh;q=0.8,zh-HK;q=0.6,en-US;q=0.4,en;q=0.2': 'zh',
  'zh-Hans-CN': 'zh',
  'en-US,en;q=0.9': 'en',
  'en-GB,en;q=0.9,zh-CN;q=0.8': 'en',
  'de,zh-Hans;q=0.8,en;q=0.7': 'zh',
  'de-DE,de;q=0.9,en;q=0.8': 'en',
  'fr-FR': 'en',
  '*': 'en',
  '': 'en',
};

for (const [acceptLanguage, language] of Object.entries(sent)) {
  test(`simulator, demo and product read “${acceptLanguage}” as ${language}`, (t) => {
    const request = new IncomingMessage(new Socket());
    request.headers['accept-language'] = acceptLanguage;
    t.is(languageOf(request), language);
    const context = new Koa().createContext(request, new ServerResponse(request));
    t.is(languageOfPage(undefined, context), language === 'zh' ? 'zh_CN' : 'en');
  });
}
