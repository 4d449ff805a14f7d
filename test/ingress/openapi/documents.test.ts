import { readFile } from 'node:fs/promises';
import { Validator } from '@seriousme/openapi-schema-validator';
import test from 'ava';
import { openApiDocuments } from '#ingress/openapi/documents.ts';

const read = async (file: string) =>
  JSON.parse(await readFile(new URL(`../../../docs/openapi/${file}`, import.meta.url), 'utf8'));

for (const [file, document] of Object.entries(openApiDocuments)) {
  test(`${file} is what the schemas say: npm run openapi writes it`, async (t) => {
    t.deepEqual(await read(file), document);
  });

  test(`${file} is a valid document of OpenAPI 3.1`, async (t) => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(await read(file));
    t.true(valid, JSON.stringify(errors));
    t.is(validator.version, '3.1');
  });

  test(`each operation of ${file} has a name of its own, and tells what it refuses in its own words`, (t) => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path)) as {
      operationId: string;
      security?: [];
      responses: Record<string, { description: string }>;
    }[];
    const ids = operations.map(({ operationId }) => operationId);
    t.deepEqual([...new Set(ids)], ids);
    for (const { responses, security } of operations)
      for (const status of ['400', ...(security ? [] : ['401', '503'])]) t.true(status in responses);
  });
}

test('what a door says of one operation is not lost behind what it says of all', (t) => {
  const { post } = openApiDocuments['host.json'].paths['/v1/tickets/redeem'] ?? {};
  const { responses } = post as { responses: Record<string, { description: string }> };
  t.regex(responses['400']?.description ?? '', /^The ticket is unknown/);
});
