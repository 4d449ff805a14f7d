import Bowser from 'bowser';
import { LRUCache } from 'lru-cache';

/** Real ones have some 150 characters. */
const longestRead = 512;
/** Reading one costs a tenth of a millisecond, and most desktops are alike. */
const known = new LRUCache<string, string>({ max: 1_000 });

/** A browser and its system in words for people, such as `Chrome 130 · Windows 10`; '' for one that is not known. */
export function deviceOf(userAgent: string): string {
  const text = userAgent.slice(0, longestRead);
  if (text === '') return '';
  const before = known.get(text);
  if (before !== undefined) return before;
  const { browser, os } = Bowser.parse(text);
  const [major = ''] = (browser.version ?? '').split('.', 1);
  const parts = [`${browser.name ?? ''} ${major}`.trim(), `${os.name ?? ''} ${os.versionName ?? ''}`.trim()];
  const device = parts
    .filter((part) => part !== '')
    .join(' · ')
    .slice(0, 60);
  known.set(text, device);
  return device;
}
