import test from 'ava';
import { environment } from '#config';
import { clientForm } from '#ingress/operator/client-form.ts';
import { accountForm, enterpriseForm } from '#ingress/operator/forms.ts';
import { blocksOf, bothLanguages, readDocument } from '#test/support/documents.ts';
import { declaredIn, metricsIn } from '#test/support/metric-names.ts';
import { sourceNames } from '#wechat/sources/all-sources.ts';

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
for (const { file, required, none } of bothLanguages('docs/oidc.md')) {
  test(`${file} lists what a client may say, each with its default and a good example`, async (t) => {
    const rows = Array.from(
      (await readDocument(file)).matchAll(/^\| `(\w+)` +\| (?:[^|]+?) +\| (.+?) +\| `(.+?)` +\|$/gm),
      ([, name = '', given = '', example = '']) => ({ name, given, example: JSON.parse(example) }),
    );
    const actual = Object.entries(clientForm.shape)
      // In the path.
      .filter(([name]) => name !== 'client_id')
      .map(([name, schema]) => {
        const value = defaultOf(schema);
        if (value instanceof Error) return [name, required];
        return [
          name,
          value === undefined ? none : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``,
        ];
      });
    t.deepEqual(Object.fromEntries(rows.map(({ name, given }) => [name, given])), Object.fromEntries(actual));
    const all = Object.fromEntries(rows.map(({ name, example }) => [name, example]));
    t.deepEqual(clientForm.parse(all), all as never);
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
  // Every way to log in that an account may name.
  for (const { file } of bothLanguages('docs/go-live.md'))
    for (const name of sourceNames) t.true((await readDocument(file)).includes(`\`${name}\``), name);
});

for (const { file } of bothLanguages('docs/operation.md')) {
  test(`${file} names every metric, at the listener that has it`, async (t) => {
    const parts = (await readDocument(file)).split(/^## /m);
    const listed = parts.find((part) => part.includes('`wechat_live_workers`')) ?? '';
    const [, ingress = '', workers = '', both = ''] = listed.split(/^### /m);
    t.deepEqual(metricsIn(ingress), await declaredIn('ingress/**/*.ts'));
    t.deepEqual(metricsIn(workers), await declaredIn('workers/**/*.ts'));
    t.deepEqual(metricsIn(both), await declaredIn('{models,operations}/**/*.ts'));
  });
}
