import { createBrowser } from '#bench/driver/browser.ts';
import { createConnectionPool } from '#bench/driver/connection.ts';
import { expectAnswer } from '#bench/driver/expect-answer.ts';
import { openLoop } from '#bench/driver/loops.ts';
import { createDoor, createPageFetch } from './page-fetch.ts';
import { compilePageScript, readPage } from './run-page-script.ts';

/** A computer that shows a QR code; `qr` is the path in the newest one. */
export type Desktop = { readonly id: string; readonly qr: () => string };

const userAgent =
  'User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36\r\n';

/** Thousands of computers that show a QR code, each with a connection of its own and the page's own script. */
export function createDesktops(us: { readonly origin: string; readonly startPaths: readonly string[] }) {
  const { origin, startPaths } = us;
  const door = createDoor(origin);
  const links = createConnectionPool([origin]);
  const pictures = createConnectionPool([origin]);
  const open = new Map<string, Desktop & { close: () => void }>();
  const askedAt = new Map<string, number>();
  const told = { failures: 0, pictures: 0 };
  let isOver = false;
  let runScript: ReturnType<typeof compilePageScript> | undefined;

  async function openOne(n: number): Promise<void> {
    let id = '';
    const failed = () => {
      told.failures += 1;
    };
    // As a page that tells when to come again does.
    const person = createBrowser(links.get, { headers: userAgent, hasCache: true });
    const page = expectAnswer(await person.open(startPaths[n % startPaths.length] ?? ''), [200], 'the page');
    told.failures += person.turnedAway;
    const headers = `${userAgent}Cookie: ${page.cookie}\r\n`;
    const browser = createPageFetch(door, headers, {
      answer({ status, body }) {
        if (status !== 200) failed();
        else if (body.includes('"asking"') && !askedAt.has(id)) askedAt.set(id, performance.now());
      },
      failure: failed,
    });
    const { dataset, script = '' } = readPage(page.body);
    id = dataset['scan'] ?? '';
    runScript ??= compilePageScript(script);
    const qr = () => new URL(dataset['qr'] ?? '').pathname;
    open.set(id, { id, qr, close: browser.close });
    runScript({
      dataset,
      // After the end the script would ask for ever.
      fetch: (url) => (isOver ? new Promise(() => {}) : browser.fetch(url)),
      leave: () => browser.close(),
      async picture(url) {
        told.pictures += 1;
        expectAnswer(await pictures.get(url, headers), [200], 'the picture');
      },
    });
  }

  return {
    /** When each heard that a phone is asked. */
    askedAt,
    told,
    get all(): readonly Desktop[] {
      return [...open.values()];
    },
    /** Opens so many, so many a second. */
    async open(count: number, perSecond: number): Promise<void> {
      let n = 0;
      await openLoop(
        perSecond,
        () => false,
        () => openOne(n++),
        count,
      );
    },
    close(): void {
      isOver = true;
      for (const desktop of open.values()) desktop.close();
      links.close();
      pictures.close();
    },
  };
}
