import { createConnectionPool } from '#bench/driver/connection.ts';
import { expectAnswer } from '#bench/driver/expect-answer.ts';
import { createLogIn } from '#bench/driver/log-in.ts';
import type { Desktop } from './desktops.ts';

/** Phones that scan: each logs in as WeChat's browser does, until it is asked whether the computer is to be logged in. */
export function createPhones(origin: string, simulator: string) {
  // Its login leads to the page that asks, not to a host.
  const login = createLogIn({ origins: [origin], simulator, startPaths: [], hostUrl: origin });
  const pool = createConnectionPool([origin]);
  let count = 0;
  return {
    /** Answers when WeChat had told who it is, and the phone asked for its page: the scan is taken by that. */
    async scan({ qr }: Desktop): Promise<number> {
      count += 1;
      const authorized = await login.authorize({ name: `phone-${count}`, isNew: true }, qr());
      const { times, location, browser } = await login.callBack(authorized);
      if (!times.isDirect) await browser.waitOnPage(location);
      const confirm = times.isDirect ? new URL(location).pathname : `${location}/scan`;
      const askedAt = performance.now();
      expectAnswer(await pool.get(confirm, authorized.headers), [200], "the phone's page");
      return askedAt;
    },
    close(): void {
      login.close();
      pool.close();
    },
  };
}
