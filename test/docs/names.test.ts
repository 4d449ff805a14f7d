import { glob } from 'node:fs/promises';
import test from 'ava';
import { environment } from '#config';
import { demoSettings } from '#demo/settings.ts';
import { accountForm, enterpriseForm } from '#ingress/operator/forms.ts';
import packageJson from '#package.json' with { type: 'json' };
import {
  blocksOf,
  bothLanguages,
  codeOf,
  documents,
  pairs,
  readDocument,
  root,
} from '#test/support/documents.ts';

/** Files of code that declare metrics, in one string. */
async function sourceOf(pattern: string): Promise<string> {
  let source = '';
  for await (const file of glob(pattern, { cwd: root })) source += await readDocument(file);
  return source;
}
const metricsIn = (text: string) => [...new Set(text.match(/\bwechat_[a-z_]+/g))].toSorted();
const declaredIn = async (pattern: string) =>
  [...(await sourceOf(pattern)).matchAll(/name: '(wechat_[a-z_]+)'/g)].map(([, name]) => name).toSorted();

/** The default of a schema as the texts write it. */
function defaultOf(schema: { safeParse(value: undefined): { success: boolean; data?: unknown } }) {
  const { success, data } = schema.safeParse(undefined);
  return success ? data : new Error('required');
}

for (const { file, required, none } of bothLanguages('docs/variables.md')) {
  test(`${file} lists every variable with its default`, async (t) => {
    const items = (await readDocument(file)).matchAll(/^- `([A-Z_]+)` ?[(（](.+?)[)）][:：]/gm);
    const actual = Object.entries(environment.shape).map(([name, schema]) => {
      const value = defaultOf(schema);
      if (value instanceof Error) return [name, required];
      return [name, String(value ?? '') === '' ? none : `\`${value === false ? '0' : value}\``];
    });
    t.deepEqual(
      Object.fromEntries(Array.from(items, ([, name, given]) => [name, given])),
      Object.fromEntries(actual),
    );
  });
}

for (const { file, required, none } of bothLanguages('docs/enterprises.md')) {
  test(`${file} lists what an enterprise may say, each with its default and a good example`, async (t) => {
    const rows = Array.from(
      (await readDocument(file)).matchAll(/^\| `(\w+)` +\| (.+?) +\| (.+?) +\| `(.+?)` +\|$/gm),
      ([, name = '', , given = '', example = '']) => ({ name, given, example: JSON.parse(example) }),
    );
    const actual = Object.entries(enterpriseForm.shape)
      // In the path.
      .filter(([name]) => name !== 'ent_id')
      .map(([name, schema]) => {
        const value = defaultOf(schema);
        if (value instanceof Error) return [name, required];
        if (value === undefined) return [name, name === 'bind_url' ? given(rows, name) : none];
        return [name, typeof value === 'string' ? `\`${value}\`` : `\`${JSON.stringify(value)}\``];
      });
    t.deepEqual(Object.fromEntries(rows.map(({ name, given }) => [name, given])), Object.fromEntries(actual));
    t.regex(given(rows, 'bind_url'), /`unbound: bind`/);
    const all = Object.fromEntries(rows.map(({ name, example }) => [name, example]));
    t.deepEqual(enterpriseForm.parse(all), { ...all } as never);
  });
}
const given = (rows: { name: string; given: string }[], name: string) =>
  rows.find((row) => row.name === name)?.given ?? '';

test('the accounts and enterprises that the way to go live enters are good, and hosts can keep to the rules', async (t) => {
  const curls = blocksOf(await readDocument('docs/go-live.md'), 'sh');
  const bodies = curls.map((curl) => JSON.parse(/-d '(.+)'/s.exec(curl)?.[1]?.replace('…', 'secret') ?? ''));
  t.notThrows(() => accountForm.parse(bodies[0]));
  const enterprise = enterpriseForm.parse(bodies[1]);
  // The sample of a host compares the state: a link without one must be led to where it is made.
  t.true(enterprise.require_state && enterprise.initiate_login_uri !== undefined);
  t.is(bodies.length, 2);
});

for (const { file } of bothLanguages('docs/operation.md')) {
  test(`${file} names every metric, at the listener that has it`, async (t) => {
    const parts = (await readDocument(file)).split(/^## /m);
    const listed = parts.find((part) => part.includes('`wechat_live_workers`')) ?? '';
    const [, ingress = '', workers = '', both = ''] = listed.split(/^### /m);
    t.deepEqual(metricsIn(ingress), await declaredIn('ingress/**/*.ts'));
    t.deepEqual(metricsIn(workers), await declaredIn('workers/**/*.ts'));
    t.deepEqual(metricsIn(both), await declaredIn('operations/**/*.ts'));
  });
}

test('a whole host is shown, and the page where its logins begin', async (t) => {
  const [code = '', page = '', ...more] = blocksOf(await readDocument('docs/hosts.md'), 'ts');
  t.is(code, await readDocument('demo/wechat-login.ts'));
  const host = (await readDocument('demo/host.ts')).replaceAll(/^ {2}/gm, '');
  t.true(page.length > 200 && host.includes(page), page);
  t.deepEqual(more, []);
});

test('texts name only scripts, metrics and settings of the demo that exist', async (t) => {
  const metrics = new Set(await declaredIn('{ingress,workers,operations}/**/*.ts'));
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
    for (const name of metricsIn(text)) t.true(metrics.has(name), `${file}: ${name}`);
    found += metricsIn(text).length;
  }
  t.true(found > 30);
});

test('a variable in capitals is one that there is', (t) => {
  const known = new Set([...Object.keys(environment.shape), ...Object.keys(demoSettings.shape)]);
  for (const { file, english } of pairs) {
    const names = codeOf(english).filter((code) => /^[A-Z]+_[A-Z_]+$/.test(code));
    for (const name of names) t.true(known.has(name), `${file}: ${name}`);
  }
});
