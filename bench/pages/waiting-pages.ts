import pWaitFor from 'p-wait-for';
import { expectAnswer } from '#bench/driver/expect-answer.ts';
import { createLogIn } from '#bench/driver/log-in.ts';
import { manyAtOnce } from '#bench/driver/loops.ts';
import { hostUrl } from '#bench/subjects/setting.ts';
import { createDoor, createPageFetch } from './page-fetch.ts';
import { compilePageScript, readPage, type Whole } from './run-page-script.ts';

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

  const noteEnd = (path: string) => endedAt.set(path.slice('/logins/'.length), performance.now());

  async function openPage({ path, headers }: Page): Promise<void> {
    const browser = createPageFetch(door, headers, {
      answer({ status, body }) {
        if (status !== 200) failures += 1;
        else if (body.includes('"ready"')) noteEnd(path);
      },
      failure() {
        failures += 1;
      },
    });
    open.add(browser);
    let whole: Whole | undefined;
    const run = (html: string) => {
      if (whole !== undefined) return;
      const { dataset, script } = readPage(html);
      if (script === undefined) return;
      runScript ??= compilePageScript(script);
      whole = runScript({
        dataset,
        // After the end the script would ask for ever.
        fetch: (url) => (isOver ? new Promise(() => {}) : browser.fetch(url)),
        leave: () => browser.close(),
      });
      drawn.resolve();
    };
    const drawn = Promise.withResolvers<void>();
    browser
      .get(path, run)
      .then((answer) => {
        const { body } = expectAnswer(answer, [200], 'the page');
        run(body);
        const { endView } = readPage(body);
        if (endView?.includes('"ready"')) noteEnd(path);
        whole?.(endView);
      })
      // A page that broke off is told nothing, and its script asks after a time.
      .catch((error) => {
        failures += 1;
        drawn.reject(error);
      });
    // Not its end, for which it is kept open.
    await drawn.promise;
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
