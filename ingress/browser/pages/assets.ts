import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

export type Assets = ReturnType<typeof readAssets>;

/**
 * The pages' stylesheet and scripts, which stand within each page: files of their own would be two more requests of everybody
 * who comes for the first time, and most of them come at the same moment. `policy` names exactly these by their hashes.
 */
export function readAssets() {
  const style = read('page.css');
  const waitingScript = read('poll.js', 'waiting.js');
  const scanScript = read('poll.js', 'scan.js');
  const comeBackScript = read('come-back.js');
  const comeAgainScript = read('come-again.js');
  const copyScript = read('copy.js');
  const scripts = { waitingScript, scanScript, comeBackScript, comeAgainScript, copyScript };
  return {
    style,
    ...scripts,
    policy: { style: [sourceOf(style)], script: Object.values(scripts).map(sourceOf) },
  };
}

/** One behind the other, without indentation and comments, which nobody reads there. */
function read(...fileNames: string[]): string {
  const texts = fileNames.map((name) => readFileSync(path.join(import.meta.dirname, name), 'utf8'));
  return texts
    .flatMap((text) => text.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'))
    .join('\n');
}

/** As a content security policy names an inline style or script. */
function sourceOf(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}
