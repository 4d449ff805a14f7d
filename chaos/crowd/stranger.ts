import { createBrowser, type NoAnswer, send } from './browser.ts';
import type { Journal } from './journal.ts';

/**
 * Somebody else, with a browser and a cookie of his own, who knows the address of another person's login. Whatever he
 * learns or changes goes into that person's journal as a leak.
 */
export async function createStranger(servers: readonly string[], { entId, person }: Journal, first: number) {
  const browser = createBrowser(servers, first);
  await browser.visit(`/wechatTransfer?ent_id=${entId}`).catch(ignore);

  return {
    /** What the login's own browser alone may ask. */
    async spy(journal: Journal, login: string): Promise<void> {
      const answer = await browser.visit(`/logins/${login}/status`).catch(ignore);
      if (answer?.status === 200) journal.leaks.push(`a stranger was told ${answer.body.slice(0, 40)}`);
    },
    /** Login CSRF: the stranger's own code in the other's login, from the stranger's browser. */
    async inject(journal: Journal, authorizeUrl: string, login: string): Promise<void> {
      const url = new URL(authorizeUrl);
      const consent = await send(url.origin, url.pathname + url.search, {
        headers: { 'x-simulator-person': `stranger-of-${person}` },
      }).catch(ignore);
      const callback = URL.parse(consent?.headers.location ?? '');
      if (callback === null) return;
      const answer = await browser.visit(callback.pathname + callback.search).catch(ignore);
      if (answer?.headers.location === `/logins/${login}`) journal.leaks.push("a stranger's code was taken");
      await this.spy(journal, login);
    },
  };
}

function ignore(_error: NoAnswer): undefined {}
