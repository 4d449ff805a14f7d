/** What the demo's pages speak is read from a browser as the simulator reads it: simulator/language.ts. */
export type DemoLanguage = 'zh' | 'en';

/** What the terminal speaks, as POSIX has it: the first of these that is set decides. */
export function languageOfTerminal(env: NodeJS.ProcessEnv): DemoLanguage {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return /^zh(?![a-z])/i.test(locale) ? 'zh' : 'en';
}
