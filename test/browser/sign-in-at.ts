import type { ExecutionContext } from 'ava';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { withBrowser } from '#test/support/with-browser.ts';

/** A browser at the operator's pages, signed in by the form, as a person does it. */
export async function signInAt(
  t: ExecutionContext,
  service: { readonly adminToken: string; readonly ingresses: readonly { readonly adminUrl: string }[] },
  options: BrowserContextOptions = {},
): Promise<Page> {
  const home = `${service.ingresses[0]?.adminUrl}/operate`;
  const context = await withBrowser(t, { viewport: { width: 1280, height: 800 }, locale: 'en', ...options });
  const page = await context.newPage();
  await page.goto(home);
  await page.locator('#token').fill(service.adminToken);
  await page.locator('button.main').click();
  await page.waitForURL(home);
  return page;
}
