import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import test from 'ava';
import Koa from 'koa';
import { languageOf } from '#ingress/browser/pages/language.ts';

function browserWith(acceptLanguage: string | undefined) {
  const request = new IncomingMessage(new Socket());
  if (acceptLanguage !== undefined) request.headers['accept-language'] = acceptLanguage;
  return new Koa().createContext(request, new ServerResponse(request));
}

const reads = test.macro({
  exec(t, query: string | undefined, acceptLanguage: string | undefined, language: 'zh_CN' | 'en') {
    t.is(languageOf(query, browserWith(acceptLanguage)), language);
  },
  title: (_, query, acceptLanguage, language) =>
    `lang=${query} with Accept-Language ${acceptLanguage} is read in ${language}`,
});

test(reads, undefined, 'zh-CN,zh;q=0.9,en;q=0.8', 'zh_CN');
test(reads, undefined, 'zh-CN,en;q=0.9,zh;q=0.8', 'zh_CN');
test(reads, undefined, 'en-US,zh;q=0.9,en;q=0.8', 'en');
test(reads, undefined, '*', 'en');
test(reads, undefined, 'zh-Hant-HK', 'zh_CN');
test(reads, undefined, 'zh_CN', 'zh_CN');
test(reads, undefined, 'zh-TW', 'zh_CN');
test(reads, undefined, 'ZH', 'zh_CN');
test(reads, undefined, 'en-GB,zh;q=0.9', 'en');
test(reads, undefined, 'en;q=0.2, zh;q=0.9', 'zh_CN');
test(reads, undefined, 'fr-FR, zh-CN;q=0.3', 'zh_CN');
test(reads, undefined, 'zh;q=0, fr', 'en');
test(reads, undefined, 'zh;q=nonsense', 'en');
test(reads, undefined, 'fr', 'en');
test(reads, undefined, '', 'en');
test(reads, undefined, undefined, 'en');
test(reads, 'en', 'zh-CN', 'en');
test(reads, 'zh_CN', 'en', 'zh_CN');
test(reads, 'xx', 'zh-CN', 'zh_CN');
test(reads, '', 'zh-CN', 'zh_CN');
test(reads, 'zh-TW', 'en', 'en');
test(reads, 'EN', 'zh-CN', 'zh_CN');
test(reads, 'en'.repeat(500), 'zh-CN', 'zh_CN');

test('without a browser to ask it is English', (t) => {
  t.is(languageOf(undefined), 'en');
  t.is(languageOf('zh_CN'), 'zh_CN');
});
