import test from 'ava';
import { languages } from '#ingress/browser/pages/language.ts';
import { saidOnPage } from '#ingress/browser/pages/said-on-page.ts';
import { words } from '#ingress/browser/pages/words.ts';
import { errcodeWords, knownCauses } from '#ingress/operate/words/errcode-words.ts';
import { operateWords } from '#ingress/operate/words/operate-words.ts';
import { whatToTell } from '#ingress/operate/words/what-to-tell.ts';
import { failureReasons } from '#models/login/status.ts';

// Who calls reads the person's page, who answers reads the operator's: both must speak of one thing.
const ends = [
  { status: 'bind' },
  { status: 'reauthorize' },
  ...failureReasons.map((reason) => ({ status: 'failed', reason })),
];

for (const lang of languages) {
  test(`what support tells begins with what the person’s page says (${lang})`, (t) => {
    for (const login of ends) {
      const [first = ''] = whatToTell(lang, login).split(/[;；,，]/, 1);
      t.true(first.length > 5);
      t.true(saidOnPage(lang, login).text.includes(first), first);
    }
  });

  test(`a button that support names stands on a page under this name (${lang})`, (t) => {
    const onPages = JSON.stringify(words[lang]);
    const told = [
      ...Object.values(operateWords[lang].tell),
      ...knownCauses.map((cause) => errcodeWords(lang, cause).tell ?? ''),
    ];
    const named = told.flatMap((text) =>
      Array.from(text.matchAll(/“(.+?)”|「(.+?)」/g), ([, en, zh]) => en ?? zh ?? ''),
    );
    t.true(named.length > 4);
    for (const name of named) t.true(onPages.includes(name), name);
  });
}

test('of an errcode that says no more than the reason, the reason is told, which the page has too', (t) => {
  const timedOut = { status: 'failed', reason: 'expired', errcode: 45_011 };
  t.is(whatToTell('en', timedOut), operateWords.en.tell['expired'] ?? 'no words');
  t.regex(whatToTell('en', { ...timedOut, errcode: 45_009 }), /try again tomorrow/);
  const again = { status: 'reauthorize', cause: 'timeout' };
  t.is(whatToTell('en', again), operateWords.en.tell['reauthorize'] ?? 'no words', 'its page');
});

test('a page that waits tells why, of its enterprise', (t) => {
  const waits = (because?: string) => saidOnPage('en', { status: 'pending', because, name: 'Acme' }).text;
  t.is(waits('minute-used-up'), words.en.hold.because['minute-used-up']('Acme'));
  for (const plain of [undefined, 'busy', 'something new']) t.is(waits(plain), words.en.pending.text);
});
