import pWaitFor from 'p-wait-for';
import { type Browser, chromium } from 'playwright-core';
import { findChromiumPath } from '#dev-stores/find-chromium.ts';

/** A phone on a poor line. */
const line = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 200_000 };

/** As the browser's own clock has it: `painted` after the first byte of the answer; `bytes` of the answer with its headers. */
export type Paint = { readonly painted: number; readonly bytes: number };

const read = `(() => {
  const [navigation] = performance.getEntriesByType('navigation');
  const paint = performance.getEntriesByName('first-contentful-paint')[0];
  return paint && { painted: paint.startTime - navigation.responseStart, bytes: navigation.transferSize };
})()`;

/** Opens pages in a Chromium of a phone's size at 150 ms and 1.6 Mbit/s, each in a profile of its own. */
export async function openFirstPaint() {
  const browser: Browser = await chromium.launch({
    executablePath: await findChromiumPath(),
    args: ['--no-sandbox', '--disable-gpu'],
  });

  async function paint(url: string, userAgent: string): Promise<Paint> {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, userAgent });
    try {
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send('Network.enable');
      await session.send('Network.emulateNetworkConditions', line);
      await page.goto(url, { waitUntil: 'commit' });
      let seen: Paint | undefined;
      await pWaitFor(
        async () => {
          seen = await page.evaluate<Paint | undefined>(read);
          return seen !== undefined;
        },
        { interval: 20, timeout: 10_000 },
      );
      return seen as unknown as Paint;
    } finally {
      await context.close();
    }
  }

  const close = () => browser.close();
  return { paint, close, [Symbol.asyncDispose]: close };
}
