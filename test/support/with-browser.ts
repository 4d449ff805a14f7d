import type { ExecutionContext } from 'ava';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { findChromiumPath } from '#dev-stores/find-chromium.ts';

// More at once would starve the rest of the suite of its processors.
const contextsAtOnce = 3;

let browser: Promise<Browser> | undefined;
let tests = 0;
let freeSlots = contextsAtOnce;
const waiting: (() => void)[] = [];

/**
 * A browser profile of its own, the size of a phone unless the options say otherwise. The tests of a file share one
 * Chromium, which the last of them closes; a test that comes while all slots are taken waits for one.
 */
export async function withBrowser(
  t: Pick<ExecutionContext, 'teardown'>,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  tests += 1;
  t.teardown(closeAfterLast);
  await takeSlot();
  t.teardown(giveSlot);
  browser ??= launch();
  const context = await (await browser).newContext({
    viewport: { width: 390, height: 844 },
    locale: 'zh-CN',
    ...options,
  });
  t.teardown(() => context.close());
  return context;
}

async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: await findChromiumPath(),
    // People's browsers keep pages for the Back button.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

async function takeSlot(): Promise<void> {
  if (freeSlots > 0) freeSlots -= 1;
  else await new Promise<void>((resolve) => waiting.push(resolve));
}

function giveSlot(): void {
  const next = waiting.shift();
  if (next) next();
  else freeSlots += 1;
}

async function closeAfterLast(): Promise<void> {
  tests -= 1;
  if (tests > 0) return;
  const last = browser;
  browser = undefined;
  await (await last)?.close();
}
