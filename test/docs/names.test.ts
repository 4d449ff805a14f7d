import { stat } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { environment } from '#config';
import { demoSettings } from '#demo/settings.ts';
import { claimsOfScope } from '#ingress/oidc/claims.ts';
import packageJson from '#package.json' with { type: 'json' };
import { usage } from '#simulator/arguments.ts';
import { blocksOf, codeOf, documents, pairs, readDocument, root } from '#test/support/documents.ts';
import { declaredIn, metricsIn } from '#test/support/metric-names.ts';

test('a whole host is shown, and the page where its logins begin', async (t) => {
  const [code = '', page = '', ...more] = blocksOf(await readDocument('docs/hosts.md'), 'ts');
  t.is(code, await readDocument('demo/wechat-login.ts'));
  const host = (await readDocument('demo/host.ts')).replaceAll(/^ {2}/gm, '');
  t.true(page.length > 200 && host.includes(page), page);
  t.deepEqual(more, []);
});

test('texts name only scripts, metrics and settings of the demo that exist', async (t) => {
  const metrics = new Set(await declaredIn('{ingress,workers,models,operations}/**/*.ts'));
  let found = 0;
  for (const file of documents) {
    const text = await readDocument(file);
    for (const [, name = ''] of text.matchAll(/npm run (?:-s )?([\w:]+)/g)) {
      // “start:…” names several.
      const isThere = Object.keys(packageJson.scripts).some((script) =>
        name.endsWith(':') ? script.startsWith(name) : script === name,
      );
      t.true(isThere, `${file}: npm run ${name}`);
    }
    for (const name of text.match(/\bDEMO_[A-Z_]+/g) ?? []) t.true(name in demoSettings.shape, name);
    // Claims are named alike.
    const named = metricsIn(text).filter((name) => !claimsOfScope.wechat.includes(name));
    for (const name of named) t.true(metrics.has(name), `${file}: ${name}`);
    found += metricsIn(text).length;
  }
  t.true(found > 30);
});

test('a variable in capitals is one that there is', (t) => {
  const ofSimulator = usage.match(/SIMULATOR_[A-Z_]+/g) ?? [];
  const known = new Set([
    ...Object.keys(environment.shape),
    ...Object.keys(demoSettings.shape),
    ...ofSimulator,
  ]);
  for (const { file, english } of pairs) {
    const names = codeOf(english).filter((code) => /^[A-Z]+_[A-Z_]+$/.test(code));
    for (const name of names) t.true(known.has(name), `${file}: ${name}`);
  }
});

test('a text names only files and folders that there are', async (t) => {
  // Made by a run, or meant as an example.
  const others = [
    'chaos/results/',
    'bench/results/',
    'net/http',
    'host/path',
    'browser/pages/',
    'application/x-ndjson',
  ];
  for (const file of documents) {
    for (const name of codeOf(await readDocument(file))) {
      if (!/^[\w-]+(\/[\w.-]+)+\/?$/.test(name) || others.includes(name)) continue;
      await t.notThrowsAsync(stat(path.join(root, name)), `${file}: ${name}`);
    }
  }
});
