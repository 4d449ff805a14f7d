import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'acorn';
import test from 'ava';
import { thisCheckout } from '#bench/subjects/checkout.ts';
import { readAssets } from '#ingress/browser/pages/assets.ts';

const { style, waitingScript } = readAssets();
const parsed = (script: string) => parse(script, { ecmaVersion: 2017, sourceType: 'script' });

test('the script keeps to ES2017, which the WebViews of old Android phones know', (t) => {
  t.notThrows(() => parsed(waitingScript));
});

test('a script means the same without its indentation and comments', (t) => {
  const source = readFileSync(path.join(thisCheckout, 'ingress/browser/pages/waiting.js'), 'utf8');
  const meaning = (script: string) =>
    JSON.stringify(parsed(script), (name, value) => (name === 'start' || name === 'end' ? undefined : value));
  t.is(meaning(waitingScript), meaning(source));
  t.true(waitingScript.length < source.length);
});

test('nothing in style or script ends the element that holds it', (t) => {
  for (const content of [style, waitingScript]) t.notRegex(content, /<\/(style|script)|<!--|\r/i);
});
