import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './connection.ts';
import { expectAnswer } from './expect-answer.ts';

type Get = (path: string, headers: string) => Promise<Answer>;

/** What a page that was kept open says at its end. */
const endOfPage = /<i id="end" hidden data-view="([^"]*)"/;
const asset = /<(?:link rel="stylesheet" href|script src)="(\/[^"]+)"/g;
/** A page's script asks at most once in this time, where its server does not hold the question. */
const askedEachMs = 1_000;

/** One person's browser: what it does with the answers it gets, as far as their server and the person's patience feel it. */
export function createBrowser(get: Get, person: { readonly headers: string; readonly hasCache: boolean }) {
  const { headers, hasCache } = person;
  let turnedAway = 0;

  /** Comes again when it is told to, as a page with a Refresh does; `extraMs` is what a script adds for the n-th time. */
  async function open(path: string, extraMs: (time: number) => number = () => 0): Promise<Answer> {
    for (let time = 1; ; time += 1) {
      const answer = await get(path, headers);
      if (answer.status !== 503 || answer.retryAfter === undefined) return answer;
      turnedAway += 1;
      await sleep(answer.retryAfter * 1_000 + extraMs(time));
    }
  }

  /**
   * The waiting page, until it leaves for the host: draws it, hears it out, since its own end may lead on, and then asks as its
   * script does. Where script and stylesheet are files, which are kept for a year, a browser that comes the first time fetches them.
   */
  async function waitOnPage(path: string): Promise<void> {
    const page = expectAnswer(await open(path), [200, 303], 'the page');
    // It was over before the page was asked for.
    if (page.status === 303) return;
    const end = endOfPage.exec(page.body)?.[1];
    if (end?.includes('ready')) return;
    if (end !== undefined) throw new Error(`the login ended as ${end}`);
    if (!hasCache) {
      const assets = Array.from(page.body.matchAll(asset), ([, url = '']) => url);
      for (const answer of await Promise.all(assets.map((url) => open(url)))) {
        expectAnswer(answer, [200], "the page's script or style");
      }
    }
    for (;;) {
      const askedAt = performance.now();
      const question = await open(`${path}/status?wait=25&told=`, scatteredMs);
      const { body } = expectAnswer(question, [200], 'the status');
      if (body.includes('"ready"')) return;
      if (!body.includes('"pending"')) throw new Error(`the login ended as ${body}`);
      await sleep(Math.max(0, askedAt + askedEachMs - performance.now()));
    }
  }

  return {
    open,
    waitOnPage,
    /** Answers that said to come again later. */
    get turnedAway() {
      return turnedAway;
    },
  };
}

const scatteredMs = (time: number) => Math.min(15_000, 1_000 * 2 ** time) * (0.5 + Math.random());
