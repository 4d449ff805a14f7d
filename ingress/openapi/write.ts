import { writeFile } from 'node:fs/promises';
import { openApiDocuments } from '#ingress/openapi/documents.ts';

/** `npm run openapi`: docs/openapi from the schemas that check the input. A test holds the files to them. */
for (const [file, document] of Object.entries(openApiDocuments)) {
  const url = new URL(`../../docs/openapi/${file}`, import.meta.url);
  await writeFile(url, `${JSON.stringify(document, null, 2)}\n`);
}
