import { createBrowser } from './browser.ts';
import { createConnectionPool } from './connection.ts';
import { expectAnswer } from './expect-answer.ts';

/** Milliseconds since the driver's start; `callbackAnswered` and `done` belong to the callback that was sent at `calledBack`. */
export type LoginTimes = {
  readonly begun: number;
  readonly calledBack: number;
  readonly callbackAnswered: number;
  readonly done: number;
  /** The callback's answer led to the host, without a waiting page. */
  readonly isDirect: boolean;
  /** Answers of 503, after which the browser came again. */
  readonly turnedAway: number;
};

/** A browser that WeChat is about to send back. */
export type Authorized = {
  readonly begun: number;
  readonly callbackPath: string;
  readonly headers: string;
  readonly turnedAway: number;
};

export type Person = { readonly name: string; readonly isNew: boolean };

const userAgent =
  'User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.60\r\n';

/**
 * Browsers of WeChat's that log in: link, WeChat's page, callback and, where that leads to a waiting page, the page and its
 * questions until it leaves for the host. A callback that leads straight to the host is the end.
 */
export function createLogIn(given: {
  origins: readonly string[];
  simulator: string;
  /** Of several enterprises one after the other. */
  startPaths: readonly string[];
  hostUrl: string;
}) {
  const { origins, simulator, startPaths, hostUrl } = given;
  const [publicOrigin = ''] = origins;
  const subject = createConnectionPool(origins);
  const wechat = createConnectionPool([simulator]);
  let turn = 0;

  /** Each link in turn, or `link`. */
  async function authorize({ name }: Person, link?: string): Promise<Authorized> {
    const begun = performance.now();
    const browser = createBrowser(subject.get, { headers: userAgent, hasCache: true });
    const startPath = link ?? startPaths[turn++ % startPaths.length] ?? '';
    const start = expectAnswer(await browser.open(startPath), [302], 'the link');
    const authorizePath = pathOf(start.location, simulator);
    const authorized = expectAnswer(
      await wechat.get(authorizePath, `${userAgent}x-simulator-person: ${name}\r\n`),
      [302],
      "WeChat's page",
    );
    const headers = `${userAgent}Cookie: ${start.cookie}\r\n`;
    const callbackPath = pathOf(authorized.location, publicOrigin);
    return { begun, callbackPath, headers, turnedAway: browser.turnedAway };
  }

  /** As far as the callback's answer; answers where it leads, too. */
  async function callBack(authorized: Authorized, hasCache = true) {
    const { begun, callbackPath, headers } = authorized;
    const browser = createBrowser(subject.get, { headers, hasCache });
    const calledBack = performance.now();
    const { location } = expectAnswer(await browser.open(callbackPath), [302, 303], 'the callback');
    const isDirect = location.startsWith(hostUrl);
    if (!isDirect && !location.startsWith('/logins/')) {
      throw new Error(`sent to ${location}, neither to the host nor to a page`);
    }
    const callbackAnswered = performance.now();
    const turnedAway = authorized.turnedAway + browser.turnedAway;
    const times = { begun, calledBack, callbackAnswered, done: callbackAnswered, isDirect, turnedAway };
    return { times: times satisfies LoginTimes, location, browser };
  }

  async function whole(person: Person): Promise<LoginTimes> {
    const authorized = await authorize(person);
    const { times, location, browser } = await callBack(authorized, !person.isNew);
    if (times.isDirect) return times;
    await browser.waitOnPage(location);
    const turnedAway = authorized.turnedAway + browser.turnedAway;
    return { ...times, turnedAway, done: performance.now() };
  }

  function close(): void {
    subject.close();
    wechat.close();
  }

  return { authorize, callBack, whole, close };
}

function pathOf(location: string, origin: string): string {
  if (!location.startsWith(origin)) throw new Error(`sent to ${location}, not to ${origin}`);
  const path = location.slice(origin.length);
  const hash = path.indexOf('#');
  return hash < 0 ? path : path.slice(0, hash);
}
