import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { LoginRecord, LoginRecords } from '#models/login/record.ts';

const mostRemembered = 10_000;

export type LoginEndLog = ReturnType<typeof createLoginEndLog>;

/**
 * The log line of a login that no worker ends: the person refused, or its time ran out before a worker took it. One for each
 * end, whichever ingress tells it and however often its page asks.
 */
export function createLoginEndLog(deps: { records: Pick<LoginRecords, 'noteExpired'>; log: Logger }) {
  const { records, log } = deps;
  const noted = new LRUCache<string, true>({ max: mostRemembered });

  async function note(login: LoginRecord): Promise<void> {
    if (!(await records.noteExpired(login.id, login.codes))) return;
    const { id, entId, appid, codes, now, begunAt, recordedAt } = login;
    const end =
      codes === 0
        ? { outcome: 'failed', reason: 'expired' }
        : { outcome: 'reauthorize', cause: 'code-expired' };
    log.info({ login: id, entId, appid, ...end, timings: { total: now - (recordedAt ?? begunAt) } }, 'login');
  }

  return {
    refused(login: string, { entId }: { entId: string }): void {
      log.info({ login, entId, outcome: 'failed', reason: 'refused' }, 'login');
    },
    /** Its page is told that the time is over. */
    expired(login: LoginRecord): void {
      const name = `${login.id} ${login.codes}`;
      if (noted.has(name)) return;
      noted.set(name, true);
      note(login).catch((error) => {
        noted.delete(name);
        log.warn({ err: error, login: login.id }, 'end of a login not noted');
      });
    },
  };
}
