import { access } from 'node:fs/promises';
import { execa } from 'execa';
import { aptInstall, canUseApt } from './apt.ts';
import { findBinary, type Say, type Step, tryVersion } from './find-binary.ts';

const usualPlaces: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  ],
};

const installed: Step = {
  find: async () => usualPlaces[process.platform] ?? ['chromium', 'chromium-browser', 'google-chrome'],
};

const fetchedBefore: Step = {
  find: async () => [await playwrightChromium()],
};

const fromApt: Step = {
  says: 'not on PATH, installing the Debian package chromium',
  isOpen: canUseApt,
  async find() {
    await aptInstall('chromium');
    return ['chromium'];
  },
};

const fromPlaywright: Step = {
  says: 'not on PATH, fetching a build with playwright-core (once)',
  async find() {
    await execa('playwright-core', ['install', 'chromium'], { preferLocal: true, timeout: 600_000 });
    return [await playwrightChromium()];
  },
};

const all = [installed, fetchedBefore, fromApt, fromPlaywright];

/** Finds or installs a Chromium for the browser tests and returns its path or its name on PATH. */
export async function findChromium(say: Say = () => {}, steps = all): Promise<string> {
  const chosen = process.env['CHROMIUM_PATH'];
  return findBinary({
    name: 'Chromium',
    steps: chosen ? [{ find: async () => [chosen] }] : steps,
    // Chrome for Windows answers --version with a window.
    tryOut: (bin) =>
      process.platform === 'win32' ? access(bin) : tryVersion(bin, / (\d+)\.(\d+)/, [100, 0]),
    byHand: 'Install Chromium or Google Chrome, or set CHROMIUM_PATH.',
    say,
  });
}

async function playwrightChromium() {
  const { chromium } = await import('playwright-core');
  return chromium.executablePath();
}
