import pWaitFor from 'p-wait-for';
import { expectAnswer } from '#bench/driver/expect-answer.ts';
import { createLogIn } from '#bench/driver/log-in.ts';
import { manyAtOnce } from '#bench/driver/loops.ts';
import { hostUrl } from '#bench/subjects/setting.ts';
import { createDoor, createPageFetch } from './page-fetch.ts';
import { compilePageScript, readPage } from './run-page-script.ts';

type Page = { readonly path: string; readonly headers: string };

const atOnce = 50;

/** Thousands of waiting pages, each with a connection of its own and the page's own script. */
export function createWaitingPages(
  us: { readonly origin: string; readonly startPaths: readonly string[] },
  simulator: string,
) {
  const door = createDoor(us.origin);
  const pages: Page[] = [];
  const endedAt = new Map<string, number>();
  const open = new Set<{ close: () => void }>();
  let failures = 0;
  let isOver = false;
  let runScript: ReturnType<typeof compilePageScript> | undefined;

  async function openPage({ path, headers }: Page): Promise<void> {
    const browser = createPageFetch(door, headers, {
      answer({ status, body }) {
        if (status !== 200) failures += 1;
        else if (body.includes('"ready"')) endedAt.set(path.slice('/logins/'.length), performance.now());
      },
      failure() {
        failures += 1;
      },
    });
    open.add(browser);
    const page = expectAnswer(await browser.get(path), [200], 'the page');
    const { dataset, scriptUrl = '' } = readPage(page.body);
    runScript ??= compilePageScript(expectAnswer(await browser.get(scriptUrl), [200], 'its script').body);
    runScript({
      dataset,
      // After the end the script would ask for ever.
      fetch: (url) => (isOver ? new Promise(() => {}) : browser.fetch(url)),
      leave: () => browser.close(),
    });
  }

  return {
    endedAt,
    /** Questions that had no answer, or a bad one. */
    get failures() {
      return failures;
    },
    /** Begins so many logins, as far as the callback. */
    async begin(count: number): Promise<void> {
      const login = createLogIn({ ...us, origins: [us.origin], simulator, hostUrl });
      // All of them before the first callback: behind a backlog nobody is let in.
      const begun = await manyAtOnce(count, atOnce, (n) =>
        login.authorize({ name: `page-${n}`, isNew: true }),
      );
      await manyAtOnce(count, atOnce, async (n) => {
        const authorized = begun[n];
        if (authorized === undefined) return;
        const { location } = await login.callBack(authorized);
        pages.push({ path: location, headers: authorized.headers });
      });
      login.close();
    },
    /** Opens them all, some at a time so that the listener's backlog holds. */
    async open(): Promise<void> {
      const [first, ...others] = pages;
      if (first !== undefined) await openPage(first);
      await manyAtOnce(others.length, atOnce, async (n) => {
        const page = others[n];
        if (page !== undefined) await openPage(page);
      });
    },
    async ended(count: number): Promise<void> {
      const message = () => `${endedAt.size} of ${count} pages were woken`;
      await pWaitFor(() => endedAt.size >= count, { interval: 20, timeout: 180_000 }).catch(() => {
        throw new Error(message());
      });
    },
    close(): void {
      isOver = true;
      for (const browser of open) browser.close();
    },
  };
}
