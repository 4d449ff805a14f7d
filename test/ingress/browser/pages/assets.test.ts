import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'acorn';
import test from 'ava';
import { thisCheckout } from '#bench/subjects/checkout.ts';
import { readAssets } from '#ingress/browser/pages/assets.ts';

const { style, waitingScript, scanScript, comeBackScript, comeAgainScript, copyScript } = readAssets();
const scripts = {
  'poll.js waiting.js': waitingScript,
  'poll.js scan.js': scanScript,
  'come-back.js': comeBackScript,
  'come-again.js': comeAgainScript,
  'copy.js': copyScript,
};
const parsed = (script: string) => parse(script, { ecmaVersion: 2017, sourceType: 'script' });

test('the scripts keep to ES2017, which the WebViews of old Android phones know', (t) => {
  for (const script of Object.values(scripts)) t.notThrows(() => parsed(script));
});

test('a script means the same without its indentation and comments', (t) => {
  const meaning = (script: string) =>
    JSON.stringify(parsed(script), (name, value) => (name === 'start' || name === 'end' ? undefined : value));
  for (const [names, script] of Object.entries(scripts)) {
    const read = (name: string) =>
      readFileSync(path.join(thisCheckout, `ingress/browser/pages/${name}`), 'utf8');
    const source = names.split(' ').map(read).join('\n');
    t.is(meaning(script), meaning(source));
    t.true(script.length < source.length);
  }
});

test('nothing in style or script ends the element that holds it', (t) => {
  for (const content of [style, ...Object.values(scripts)]) t.notRegex(content, /<\/(style|script)|<!--|\r/i);
});
