import { access } from 'node:fs/promises';
import path from 'node:path';
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

const thisMachine = {
  chosen: process.env['CHROMIUM_PATH'],
  installed: usualPlaces[process.platform] ?? ['chromium', 'chromium-browser', 'google-chrome'],
  fetchedBefore: playwrightChromium,
  canUseApt,
  aptInstall,
  async fetchBuild() {
    await execa('playwright-core', ['install', 'chromium'], { preferLocal: true, timeout: 600_000 });
    return playwrightChromium();
  },
};

/** Finds or installs a Chromium for the browser tests and returns its path or its name on PATH. */
export async function findChromium(say: Say = () => {}, machine = thisMachine): Promise<string> {
  const { chosen, installed } = machine;
  const steps: Step[] = [
    ...installed.map((bin) => ({ find: async () => bin })),
    { find: machine.fetchedBefore },
    {
      says: 'not on PATH, installing the Debian package chromium',
      isOpen: machine.canUseApt,
      async find() {
        await machine.aptInstall('chromium');
        return 'chromium';
      },
    },
    { says: 'not on PATH, fetching a build with playwright-core (once)', find: machine.fetchBuild },
  ];
  return findBinary({
    name: 'Chromium',
    steps: chosen ? [{ find: async () => chosen }] : steps,
    // Chrome for Windows answers --version with a window.
    tryOut: (bin) =>
      process.platform === 'win32' ? access(bin) : tryVersion(bin, / (\d+)\.(\d+)/, [100, 0]),
    byHand: 'Install Chromium or Google Chrome, or set CHROMIUM_PATH.',
    say,
  });
}

async function playwrightChromium() {
  // Imported here since it is slow to load and most machines have a browser.
  const { chromium } = await import('playwright-core');
  return chromium.executablePath();
}

/** The same as a path: Playwright wants one where a shell is content with a name. */
export async function findChromiumPath(say?: Say): Promise<string> {
  const found = await findChromium(say);
  return path.isAbsolute(found) ? found : (await execa('which', [found])).stdout;
}
