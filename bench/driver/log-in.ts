import { type Answer, createConnectionPool } from './connection.ts';

/** Milliseconds since the driver's start; `callbackAnswered` and `done` belong to the callback that was sent at `calledBack`. */
export type LoginTimes = {
  readonly begun: number;
  readonly calledBack: number;
  readonly callbackAnswered: number;
  readonly done: number;
};

/** A browser that WeChat is about to send back. */
export type Authorized = { readonly begun: number; readonly callbackPath: string; readonly headers: string };

const userAgent =
  'User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.60\r\n';

/**
 * A browser of WeChat's that logs in: link, WeChat's page, callback and, where the subject answers with a waiting page,
 * its long poll until `ready`. A subject that exchanges inside the callback is done when that is answered.
 */
export function createLogIn(given: {
  origins: readonly string[];
  simulator: string;
  startPath: string;
  hostUrl: string;
}) {
  const { origins, simulator, startPath, hostUrl } = given;
  const [publicOrigin = ''] = origins;
  const subject = createConnectionPool(origins);
  const wechat = createConnectionPool([simulator]);

  async function authorize(person: string): Promise<Authorized> {
    const begun = performance.now();
    const start = expect(await subject.get(startPath, userAgent), 302, 'the link');
    const authorizePath = pathOf(start.location, simulator);
    const authorized = expect(
      await wechat.get(authorizePath, `${userAgent}x-simulator-person: ${person}\r\n`),
      302,
      "WeChat's page",
    );
    const headers = `${userAgent}Cookie: ${start.cookie}\r\n`;
    return { begun, callbackPath: pathOf(authorized.location, publicOrigin), headers };
  }

  async function callBack({ begun, callbackPath, headers }: Authorized): Promise<LoginTimes & Answer> {
    const calledBack = performance.now();
    const answer = await subject.get(callbackPath, headers);
    const callbackAnswered = performance.now();
    if (!answer.location.startsWith('/logins/')) {
      expect(answer, 302, 'the callback');
      if (!answer.location.startsWith(hostUrl))
        throw new Error(`sent to ${answer.location}, not to the host`);
    } else expect(answer, 303, 'the callback');
    return { ...answer, begun, calledBack, callbackAnswered, done: callbackAnswered };
  }

  async function whole(person: string): Promise<LoginTimes> {
    const authorized = await authorize(person);
    const { location, ...times } = await callBack(authorized);
    if (!location.startsWith('/logins/')) return times;
    for (;;) {
      const status = expect(
        await subject.get(`${location}/status?wait=25`, authorized.headers),
        200,
        'the status',
      );
      if (status.body.includes('"ready"')) break;
      if (!status.body.includes('"pending"')) throw new Error(`the login ended as ${status.body}`);
    }
    return { ...times, done: performance.now() };
  }

  function close(): void {
    subject.close();
    wechat.close();
  }

  return { authorize, callBack, whole, close };
}

function expect(answer: Answer, status: number, step: string): Answer {
  if (answer.status === status) return answer;
  throw new Error(`${step} answered ${answer.status}: ${textOf(answer.body)}`);
}

/** What stands on a page, on one line: it goes into a table. */
function textOf(page: string): string {
  return page
    .replace(/<style[\s\S]*?<\/style>|<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 80);
}

function pathOf(location: string, origin: string): string {
  if (!location.startsWith(origin)) throw new Error(`sent to ${location}, not to ${origin}`);
  const path = location.slice(origin.length);
  const hash = path.indexOf('#');
  return hash < 0 ? path : path.slice(0, hash);
}
