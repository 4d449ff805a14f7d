import type { ExecutionContext } from 'ava';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { ScanView } from '#ingress/browser/pages/scan-pages.ts';
import { until } from '#test/support/until.ts';
import { withBrowser } from '#test/support/with-browser.ts';
import { withLoginServer } from './with-login-server.ts';

/**
 * A browser on the waiting page of a pending login; with `first`, on the page of a scan that stands so. The page's clock stands still
 * unless the test turns it. Before, the browser was `elsewhere('/before')`.
 */
export async function openLogin(
  t: ExecutionContext,
  {
    browser = {},
    first,
    ...login
  }: {
    browser?: BrowserContextOptions;
    enterpriseName?: string;
    waitedMs?: number;
    isKept?: boolean;
    first?: ScanView;
  } = {},
) {
  const context = await withBrowser(t, browser);
  const server = await withLoginServer(t, login);
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(3_600_000);

  /** Turns the page's clock step by step, so that answers arrive in between, until the condition holds; ms turned. */
  async function turnClock(condition: () => boolean | Promise<boolean>, stepMs = 1_000): Promise<number> {
    let turnedMs = 0;
    const turn = async () => {
      if (await condition()) return true;
      turnedMs += stepMs;
      // A page that is just leaving has no clock any more.
      await page.clock.runFor(stepMs).catch(() => {});
      return condition();
    };
    await until(turn, { timeoutMs: 40_000, what: condition.toString() });
    return turnedMs;
  }

  /** Turns the clock until the browser is there; ms turned. */
  const arriveAt = (url: string) => turnClock(() => page.url() === url);

  await page.goto(server.elsewhere('/before'));
  if (first) server.tell(first);
  await page.goto(first ? server.scanUrl : server.loginUrl);
  await turnClock(() => server.polls() === 1, 1);
  return { ...server, page, complaints, heading: page.locator('h1:visible'), turnClock, arriveAt };
}

/** What the browser itself finds wrong, such as a breach of the content security policy. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A status of 4xx or 5xx and a lost connection are told on the console, too; tests cause them on purpose.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text());
    }
  });
  return complaints;
}
