import { setTimeout as sleep } from 'node:timers/promises';
import pWaitFor from 'p-wait-for';
import { type Connection, createConnection } from '#bench/driver/connection.ts';
import { createLogIn } from '#bench/driver/log-in.ts';
import { manyAtOnce } from '#bench/driver/loops.ts';
import { hostUrl } from '#bench/subjects/setting.ts';

type Page = { readonly path: string; readonly headers: string };

const atOnce = 50;

/**
 * Thousands of waiting pages: each asks over a connection of its own, asks again when its time is over, and comes back
 * after a growing, scattered pause when its server is away, as ingress/browser/pages/waiting.js does.
 */
export function createWaitingPages(us: { origin: string; startPath: string }, simulator: string) {
  const pages: Page[] = [];
  const endedAt = new Map<string, number>();
  const reconnected: { readonly at: number; readonly tookMs: number }[] = [];
  const open = new Set<Connection>();
  let failures = 0;
  let isOver = false;

  async function ask(page: Page, connection: Connection, wait: number): Promise<boolean> {
    const { status, body } = await connection.get(`${page.path}/status?wait=${wait}`, page.headers);
    if (status !== 200) throw new Error(`the status answered ${status}`);
    return body.includes('"pending"');
  }

  async function hold(page: Page): Promise<void> {
    let missed = 0;
    while (!isOver) {
      const connection = createConnection(us.origin);
      open.add(connection);
      try {
        if (missed > 0) {
          // With no wait, so that its answer tells when this page is back.
          const begun = performance.now();
          await ask(page, connection, 0);
          reconnected.push({ at: performance.now(), tookMs: performance.now() - begun });
          missed = 0;
        }
        while (await ask(page, connection, 25));
        endedAt.set(page.path.slice('/logins/'.length), performance.now());
        return;
      } catch {
        if (isOver) return;
        missed += 1;
        failures += 1;
        await sleep(Math.min(15_000, 500 * 2 ** missed) * (0.5 + Math.random()));
      } finally {
        connection.close();
        open.delete(connection);
      }
    }
  }

  return {
    endedAt,
    reconnected,
    get failures() {
      return failures;
    },
    /** Begins so many logins, as far as the callback. */
    async begin(count: number): Promise<void> {
      const login = createLogIn({ origins: [us.origin], simulator, startPath: us.startPath, hostUrl });
      // All of them before the first callback: behind a backlog nobody is let in.
      const begun = await manyAtOnce(count, atOnce, (n) => login.authorize(`page-${n}`));
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
      for (let n = 0; n < pages.length; n += atOnce) {
        for (const page of pages.slice(n, n + atOnce)) void hold(page);
        await sleep(10);
      }
    },
    async ended(count: number): Promise<void> {
      const message = () => `${endedAt.size} of ${count} pages were woken`;
      await pWaitFor(() => endedAt.size >= count, { interval: 20, timeout: 180_000 }).catch(() => {
        throw new Error(message());
      });
    },
    close(): void {
      isOver = true;
      for (const connection of open) connection.close();
    },
  };
}
