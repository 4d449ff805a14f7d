import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';

export const root = path.join(import.meta.dirname, '../..');
export const readDocument = (file: string) => readFile(path.join(root, file), 'utf8');

/** Every text that people read, by its path from the root. */
export const documents = await listDocuments();

/** A text in English and the same in Chinese. */
export const pairs = await Promise.all(
  documents
    .filter((file) => documents.includes(chineseOf(file)))
    .map(async (file) => ({
      file,
      english: await readDocument(file),
      chinese: await readDocument(chineseOf(file)),
    })),
);

async function listDocuments(): Promise<string[]> {
  const found: string[] = [];
  for await (const file of glob('{*.md,docs/**/*.md,simulator/*.md,.github/*.md}', { cwd: root })) {
    found.push(file);
  }
  return found.toSorted();
}

function chineseOf(file: string): string {
  return file.replace(/\.md$/, '.zh-CN.md');
}

/** Both texts of a pair, with the words that a default has in each. */
export const bothLanguages = (english: string) => [
  { file: english, required: 'required', none: 'none' },
  { file: chineseOf(english), required: '必填', none: '无' },
];

/** Fenced blocks of one language, without the indentation of a list that holds them. */
export function blocksOf(text: string, language: string): string[] {
  return Array.from(
    text.matchAll(/^( *)```(\w+)\n(.*?)^\1```$/gms),
    ([, indent = '', found = '', block = '']) => ({
      found,
      block: block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  )
    .filter(({ found }) => found === language)
    .map(({ block }) => block);
}

/** The text between its fenced blocks. */
export const withoutBlocks = (text: string): string => text.replaceAll(/^( *)```.*?^\1```$/gms, '');

/** What stands in backticks, between blocks. */
export const codeOf = (text: string): string[] =>
  Array.from(withoutBlocks(text).matchAll(/`([^`\n]+)`/g), ([, code = '']) => code);

/** The level of each heading, and the address that GitHub gives it. */
export const headingsOf = (text: string) =>
  Array.from(withoutBlocks(text).matchAll(/^(#+) (.+)$/gm), ([, marks = '', title = '']) => ({
    level: marks.length,
    anchor: title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-'),
  }));
